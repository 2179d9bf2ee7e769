// Reading and writing wisdom files.
#include "cpu/engines/wisdom.hpp"

#include <fftw3.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <memory>

#include "src/base/atomic_file.hpp"

namespace overlap {
namespace {

/// Plans are FFTW's own version's, so its name is in the file's.
std::string file_name(Precision precision) {
  return std::string(fftw_version) + (precision == Precision::float64 ? "-double" : "-float") + ".wisdom";
}

}  // namespace

WisdomFile::WisdomFile(Precision precision, const EngineOptions& options) : precision_(precision) {
  if (options.rigor == Rigor::estimate || options.cache_folder.empty()) return;
  path_ = options.cache_folder + "/" + file_name(precision);
  if (precision_ == Precision::float64) {
    fftw_import_wisdom_from_filename(path_.c_str());
  } else {
    fftwf_import_wisdom_from_filename(path_.c_str());
  }
}

void WisdomFile::save() const {
  if (path_.empty()) return;
  const std::unique_ptr<char, decltype(&std::free)> text(
      precision_ == Precision::float64 ? fftw_export_wisdom_to_string() : fftwf_export_wisdom_to_string(), &std::free);
  if (text == nullptr) return;
  try {
    std::filesystem::create_directories(std::filesystem::path(path_).parent_path());
    AtomicFile file(path_);
    file.write(text.get());
    file.commit();
  } catch (const std::exception&) {
    return;
  }
}

}  // namespace overlap
