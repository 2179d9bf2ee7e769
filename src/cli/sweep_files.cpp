// Saving as it goes, and writing at the end.
#include "src/cli/sweep_files.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <filesystem>
#include <system_error>
#include <vector>

#include "src/base/atomic_file.hpp"
#include "src/base/clock.hpp"
#include "src/base/file_place.hpp"
#include "src/cli/console.hpp"
#include "src/report/sweep_report.hpp"

namespace overlap {
namespace {

OutputOptions outputs_of(const SweepOptions& options) {
  OutputOptions outputs = options.run.output;
  if (options.resume.empty()) return outputs;
  const auto is_resumed = [place = place_of(options.resume)](const OutputOptions::File& file) {
    return place_of(file.path) == place;
  };
  // In JSON whatever its name says: else it could not be resumed again.
  std::erase_if(outputs.files, is_resumed);
  outputs.files.push_back({options.resume, Format::json, "--resume"});
  return outputs;
}

}  // namespace

SweepFiles::SweepFiles(const SweepOptions& options) : options_(outputs_of(options)), at_end_(options_) {}

void SweepFiles::save(const Sweep& sweep) {
  const std::int64_t begin_ns = now_ns();
  if (!pace_.is_due(begin_ns)) return;
  for (const OutputOptions::File& file : options_.files) {
    if (std::filesystem::exists(file.path) && !std::filesystem::is_regular_file(file.path)) continue;
    try {
      AtomicFile saved(file.path);
      saved.write(render(sweep, file.format, {}));
      saved.commit();
    } catch (const std::system_error& error) {
      if (said_.insert(error.what()).second) {
        print_error(fmt::format("overlap: {}; the sweep goes on\n", error.what()));
      }
    }
  }
  pace_.saved(begin_ns, now_ns());
}

void SweepFiles::write(const Sweep& sweep) {
  at_end_.write([&](Format format, Style style) { return render(sweep, format, style); });
}

}  // namespace overlap
