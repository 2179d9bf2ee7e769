// Reads results back from the JSON that this tool writes, strictly: docs/results.schema.json, and no less.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "src/comparison/results.hpp"

namespace overlap {

/// What becomes of the columns of steps: checked and left out (no row has a recording, include_steps is false), or
/// kept as recordings.
enum class Steps { checked, kept };

/// The results of a document, such that render_json of them gives the same document, but for steps that are left out.
/// Throws UsageError for a member that is unknown, missing, of another type or out of what it takes, and for another
/// schema_version, in one line with its place: "results.json: runs[2].makespan_s: …", where `place` is "results.json".
Results results_from_json(const nlohmann::ordered_json& document, const std::string& place = "",
                          Steps steps = Steps::checked);

/// The document in a file. Throws UsageError where it can't be read, is no JSON, or names a member twice.
nlohmann::ordered_json load_json(const std::string& path);

/// The member that tells a sweep's document ("sweep") and a comparison's ("comparison") from results, which have none:
/// empty.
std::string kind_of(const nlohmann::ordered_json& document);

}  // namespace overlap
