// Reads a row's steps back from their columns in JSON.
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>

#include "src/report/json_reader.hpp"
#include "src/run/recording.hpp"
#include "src/workload/workload.hpp"

namespace overlap {

/// Holds the columns to their shape: `finished` values each, of the workload's steps in their order, each once. Throws
/// UsageError.
void check_steps(const nlohmann::ordered_json& json, const Place& place, const Workload& workload,
                 std::uint64_t finished);

/// The same as a recording in which these steps are finished, and from which the same columns follow; it
/// is as large as they need, and its T0 is any. nullptr where the steps lie so far apart that it would be mostly empty
/// and large.
std::shared_ptr<const Recording> recording_of_steps(const nlohmann::ordered_json& json, const Place& place,
                                                    const Workload& workload, std::uint64_t finished);

}  // namespace overlap
