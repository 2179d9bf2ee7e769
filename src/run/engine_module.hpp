// Engines in modules: shared libraries beside the program, loaded when one of their engines is asked for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "src/run/registry.hpp"

namespace overlap {

/// Changes whenever a module built before would no longer fit: by itself with the size of what both sides share, and by
/// the number in front with all else in src/run/engine.hpp, src/run/setup.hpp, src/run/recording.hpp,
/// src/workload/workload.hpp or EngineInfo.
inline constexpr std::uint32_t engine_interface_version = [] {
  std::uint32_t version = 6;
  for (const std::size_t size :
       {sizeof(Workload), sizeof(WaitDistribution), sizeof(EngineOptions), sizeof(EngineSetup), sizeof(SetupTimes),
        sizeof(Step), sizeof(StepRecord), sizeof(DeviceUsage), sizeof(RecordingHeader), sizeof(EngineInfo)}) {
    version = version * 31 + static_cast<std::uint32_t>(size);
  }
  return version;
}();

// What a module exports, by these names:
//   extern "C" std::uint32_t overlap_engine_interface();                        returns engine_interface_version
//   extern "C" void overlap_engines(std::vector<overlap::EngineInfo>* engines);  adds its engines
inline constexpr const char* interface_symbol = "overlap_engine_interface";
inline constexpr const char* engines_symbol = "overlap_engines";

/// An engine of a module, known by name before the module is loaded. Where the module is missing, does not load, or has
/// another interface, the engine is unavailable and says why in a line. `like` has what is known beforehand: its name,
/// description and traits; the functions are the module's.
EngineInfo engine_in_module(const std::string& file, EngineInfo like);

/// The folder that the program lies in, where its modules are.
std::string program_folder();

}  // namespace overlap
