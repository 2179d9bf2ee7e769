// Loading modules.
#include "src/run/engine_module.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <stdexcept>
#include <utility>

#include "src/base/named_texts.hpp"
#include "src/base/text.hpp"
#include "src/base/without_signals.hpp"

namespace overlap {
namespace {

/// A module, or why there is none. Never unloaded: its engines' code may be in use until the end.
struct Module {
  std::string problem;
  std::vector<EngineInfo> engines;
};

Module open_module(const std::string& file) {
  const std::filesystem::path path = std::filesystem::path(program_folder()) / file;
  if (!std::filesystem::exists(path)) {
    return {fmt::format("there is no {} beside the program: it was built without it (no CUDA toolkit, or "
                        "-DOVERLAP_CUDA=OFF)",
                        file),
            {}};
  }
  void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) return {fmt::format("{} does not load: {}", file, clean_line(dlerror())), {}};
  const auto version = reinterpret_cast<std::uint32_t (*)()>(dlsym(handle, interface_symbol));
  const auto engines = reinterpret_cast<void (*)(std::vector<EngineInfo>*)>(dlsym(handle, engines_symbol));
  if (version == nullptr || engines == nullptr) return {fmt::format("{} is no module of engines", file), {}};
  if (version() != engine_interface_version) {
    return {fmt::format("{} has version {} of the engine interface, and the program has version {}: build both anew",
                        file, version(), engine_interface_version),
            {}};
  }
  Module module;
  engines(&module.engines);
  return module;
}

const Module& module_of(const std::string& file) {
  static std::map<std::string, Module> modules;
  const auto found = modules.find(file);
  return found != modules.end() ? found->second : modules.emplace(file, open_module(file)).first->second;
}

/// The engine as the module has it; nullptr where it is not to be had.
const EngineInfo* find_engine(const std::string& file, const std::string& name) {
  const std::vector<EngineInfo>& engines = module_of(file).engines;
  const auto found =
      std::find_if(engines.begin(), engines.end(), [&](const EngineInfo& engine) { return engine.name == name; });
  return found == engines.end() ? nullptr : &*found;
}

}  // namespace

EngineInfo engine_in_module(const std::string& file, EngineInfo like) {
  const std::string name = like.name;
  // A driver's library starts threads as it loads or is first asked: they are not to take the tool's interrupts.
  like.unavailable = [file, name] {
    return call_without_signals([&] {
      if (!module_of(file).problem.empty()) return module_of(file).problem;
      const EngineInfo* engine = find_engine(file, name);
      return engine == nullptr ? fmt::format("{} has no engine {}", file, name) : engine->unavailable();
    });
  };
  like.make = [file, name]() -> std::unique_ptr<Engine> {
    const EngineInfo* engine = find_engine(file, name);
    if (engine == nullptr) throw std::runtime_error(module_of(file).problem);
    return engine->make();
  };
  like.facts = [file, name] {
    return call_without_signals([&]() -> NamedTexts {
      const EngineInfo* engine = find_engine(file, name);
      if (engine == nullptr || !engine->unavailable().empty()) return {};
      return engine->facts();
    });
  };
  return like;
}

std::string program_folder() { return std::filesystem::read_symlink("/proc/self/exe").parent_path().string(); }

}  // namespace overlap
