// Reads by the C library, whose errors have a number that says why.
#include "src/base/whole_file.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

#include "src/base/errors.hpp"
#include "src/base/units.hpp"

namespace overlap {
namespace {

/// Of pipes and devices, which may have no end.
constexpr std::size_t most_of_a_stream = std::size_t{1} << 30;

}  // namespace

std::string content_of_file(std::string_view name, const std::string& path) {
  const auto refuse = [&](int error) {
    throw UsageError(fmt::format("{}: it can't be read ({})", name, std::generic_category().message(error)));
  };
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), &std::fclose);
  if (file == nullptr) refuse(errno);
  struct stat status {};
  const bool ends = fstat(fileno(file.get()), &status) == 0 && S_ISREG(status.st_mode);
  std::string content;
  std::array<char, 1U << 16> block{};
  for (std::size_t count = 1; count > 0;) {
    count = std::fread(block.data(), 1, block.size(), file.get());
    content.append(block.data(), count);
    if (!ends && content.size() > most_of_a_stream) {
      throw UsageError(
          fmt::format("{}: it is no file, and does not end within {}", name, format_bytes(most_of_a_stream)));
    }
  }
  if (std::ferror(file.get()) != 0) refuse(errno);
  return content;
}

}  // namespace overlap
