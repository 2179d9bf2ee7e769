// Links followed by hand, as the library follows none that lead nowhere yet.
#include "src/base/file_place.hpp"

#include <filesystem>
#include <system_error>

namespace overlap {
namespace {

constexpr int most_links = 40;  // the kernel's own bound

}  // namespace

std::string end_of_links(const std::string& path) {
  std::filesystem::path end = path;
  std::error_code error;
  for (int links = 0; links < most_links; ++links) {
    const std::filesystem::path target = std::filesystem::read_symlink(end, error);
    if (error) break;
    end = end.parent_path() / target;
  }
  return end.string();
}

std::string place_of(const std::string& path) {
  std::error_code error;
  // A device or a pipe takes what each of its names is given.
  if (std::filesystem::is_other(std::filesystem::status(path, error))) return path;
  const std::filesystem::path absolute = std::filesystem::absolute(end_of_links(path), error);
  if (error) return path;
  const std::filesystem::path place = std::filesystem::weakly_canonical(absolute, error);
  return error ? path : place.string();
}

}  // namespace overlap
