// Loading a user's library.
#include "src/run/own_compute.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <filesystem>
#include <iterator>
#include <map>
#include <system_error>

#include "src/base/errors.hpp"
#include "src/base/stdout_to_stderr.hpp"
#include "src/base/text.hpp"
#include "src/base/without_signals.hpp"
#include "src/overlap_compute.h"
#include "src/workload/parse.hpp"

#define OVERLAP_NAME_OF(symbol) OVERLAP_QUOTED(symbol)
#define OVERLAP_QUOTED(symbol) #symbol

namespace overlap {
namespace {

/// Initialisers of the library may print, and start threads.
void* load_library(const std::string& file) {
  const StdoutToStderr redirected;
  return call_without_signals([&] {
    void* library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) throw UsageError(fmt::format("{} does not load: {}", file, clean_line(dlerror())));
    return library;
  });
}

OwnFunctions open_library(const std::string& file) {
  void* library = load_library(file);
  constexpr const char* compute = OVERLAP_NAME_OF(overlap_compute);
  constexpr const char* start = OVERLAP_NAME_OF(overlap_start);
  OwnFunctions functions;
  functions.compute = reinterpret_cast<decltype(functions.compute)>(dlsym(library, compute));
  functions.start = reinterpret_cast<decltype(functions.start)>(dlsym(library, start));
  functions.workspace_bytes =
      reinterpret_cast<decltype(functions.workspace_bytes)>(dlsym(library, "overlap_workspace_bytes"));
  functions.prepare = reinterpret_cast<decltype(functions.prepare)>(dlsym(library, "overlap_prepare"));
  if (functions.compute == nullptr && functions.start == nullptr) {
    throw UsageError(
        fmt::format("{} has no function {}, nor {}: src/overlap_compute.h declares them", file, compute, start));
  }
  return functions;
}

bool is_python(std::string_view file) noexcept { return file.ends_with(".py"); }

/// By the name that it was given: a link's target may be called anything.
std::string whole_path(std::string_view option, const std::string& file) {
  if (!is_python(file) && !std::string_view(file).ends_with(".so")) {
    refuse(option, file, "shared libraries (.so) or a Python file (.py), with commas between");
  }
  std::error_code error;
  const bool is_file = std::filesystem::is_regular_file(file, error);
  if (error) throw UsageError(fmt::format("{}: '{}' can't be read ({})", option, file, error.message()));
  if (!is_file) throw UsageError(fmt::format("{}: '{}' is no file", option, file));
  return std::filesystem::absolute(file).lexically_normal().string();
}

}  // namespace

const OwnFunctions& load_own_functions(const std::string& file) {
  static std::map<std::string, OwnFunctions> libraries;
  const auto found = libraries.find(file);
  return found != libraries.end() ? found->second : libraries.emplace(file, open_library(file)).first->second;
}

std::uint64_t own_workspace_bytes(const std::string& file, std::uint64_t size) {
  const OwnFunctions& functions = load_own_functions(file);
  if (functions.workspace_bytes == nullptr) return 0;
  const StdoutToStderr redirected;
  std::string reason = "it threw what is no std::exception";
  try {
    return functions.workspace_bytes(size);
  } catch (const std::exception& error) {
    reason = error.what();
  } catch (...) {  // told below
  }
  throw UsageError(fmt::format("--compute: overlap_workspace_bytes of {}: {}", file, reason));
}

std::string OwnCompute::name() const { return std::filesystem::path(files.front()).filename().string(); }

std::vector<std::string> OwnCompute::libraries() const {
  std::vector<std::string> libraries;
  std::copy_if(files.begin(), files.end(), std::back_inserter(libraries),
               [](const std::string& file) { return !is_python(file); });
  return libraries;
}

std::string OwnCompute::python() const {
  const auto found = std::find_if(files.begin(), files.end(), is_python);
  return found == files.end() ? "" : *found;
}

bool OwnCompute::python_is_first() const noexcept { return !files.empty() && is_python(files.front()); }

OwnCompute parse_own_compute(std::string_view option, std::string_view list) {
  OwnCompute own;
  for (const std::string_view file : split(list, ',')) {
    own.files.push_back(whole_path(option, std::string(file)));
    if (is_python(file) && own.python() != own.files.back()) {
      throw UsageError(fmt::format("{}: '{}' is a second Python file; it takes one", option, file));
    }
    if (is_python(file)) continue;
    try {
      load_own_functions(own.files.back());
    } catch (const UsageError& failure) {
      throw UsageError(fmt::format("{}: {}", option, failure.what()));
    }
  }
  return own;
}

std::string engine_name_of(const std::string& library) { return std::filesystem::path(library).stem().string(); }

}  // namespace overlap
