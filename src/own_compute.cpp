// Loading a user's library.
#include "src/own_compute.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <system_error>

#include "src/errors.hpp"
#include "src/overlap_compute.h"
#include "src/report/text.hpp"

#define OVERLAP_NAME_OF(symbol) OVERLAP_QUOTED(symbol)
#define OVERLAP_QUOTED(symbol) #symbol

namespace overlap {
namespace {

OwnFunctions load(const std::string& file) {
  void* library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw UsageError(fmt::format("{} does not load: {}", file, clean_line(dlerror())));
  constexpr const char* compute = OVERLAP_NAME_OF(overlap_compute);
  OwnFunctions functions;
  functions.compute = reinterpret_cast<decltype(functions.compute)>(dlsym(library, compute));
  functions.workspace_bytes =
      reinterpret_cast<decltype(functions.workspace_bytes)>(dlsym(library, "overlap_workspace_bytes"));
  functions.prepare = reinterpret_cast<decltype(functions.prepare)>(dlsym(library, "overlap_prepare"));
  if (functions.compute == nullptr) {
    throw UsageError(fmt::format("{} has no function {}: src/overlap_compute.h declares it", file, compute));
  }
  return functions;
}

}  // namespace

const OwnFunctions& load_own_functions(const std::string& file) {
  static std::map<std::string, OwnFunctions> libraries;
  const auto found = libraries.find(file);
  return found != libraries.end() ? found->second : libraries.emplace(file, load(file)).first->second;
}

bool is_python(std::string_view file) noexcept { return file.ends_with(".py"); }

std::string parse_own_compute(std::string_view option, const std::string& file) {
  if (!is_python(file) && !std::string_view(file).ends_with(".so")) {
    throw UsageError(
        fmt::format("{}: '{}' is not right; it takes a shared library (.so) or a Python file (.py)", option, file));
  }
  std::error_code error;
  std::filesystem::path path = std::filesystem::canonical(file, error);
  if (error) throw UsageError(fmt::format("{}: '{}' can't be read ({})", option, file, error.message()));
  if (!std::filesystem::is_regular_file(path)) throw UsageError(fmt::format("{}: '{}' is no file", option, file));
  // By the name that it was given: a link's target may be called anything.
  path = std::filesystem::absolute(file).lexically_normal();
  if (!is_python(file)) {
    try {
      load_own_functions(path.string());
    } catch (const UsageError& failure) {
      throw UsageError(fmt::format("{}: {}", option, failure.what()));
    }
  }
  return path.string();
}

std::string name_of_compute(const std::string& file) { return std::filesystem::path(file).filename().string(); }

}  // namespace overlap
