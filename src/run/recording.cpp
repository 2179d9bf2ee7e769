// Making, mapping and filling recordings.
#include "src/run/recording.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <initializer_list>
#include <stdexcept>

#include "src/base/clock.hpp"
#include "src/base/errors.hpp"
#include "src/base/futex.hpp"

namespace overlap {
namespace {

constexpr char magic_text[8] = {'O', 'V', 'E', 'R', 'L', 'A', 'P', '\0'};
constexpr std::uint64_t record_alignment = 64;

struct Offsets {
  std::uint64_t workers;
  std::uint64_t requests;
  std::uint64_t steps;
  std::uint64_t total;
};

std::uint64_t checked_multiply(std::uint64_t a, std::uint64_t b) {
  std::uint64_t product = 0;
  if (__builtin_mul_overflow(a, b, &product)) throw std::runtime_error("a recording this large has no address");
  return product;
}

std::uint64_t checked_add(std::uint64_t a, std::uint64_t b) {
  std::uint64_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) throw std::runtime_error("a recording this large has no address");
  return sum;
}

Offsets offsets_for(std::uint64_t requests, std::uint64_t iterations, std::uint64_t workers) {
  Offsets offsets{};
  offsets.workers = sizeof(RecordingHeader);
  offsets.requests = checked_add(offsets.workers, checked_multiply(workers, sizeof(WorkerRecord)));
  const std::uint64_t requests_end = checked_add(offsets.requests, checked_multiply(requests, sizeof(RequestRecord)));
  offsets.steps = checked_add(requests_end, record_alignment - 1) / record_alignment * record_alignment;
  offsets.total =
      checked_add(offsets.steps, checked_multiply(checked_multiply(requests, iterations), sizeof(StepRecord)));
  if (offsets.total > static_cast<std::uint64_t>(INT64_MAX)) {
    throw std::runtime_error("a recording this large has no address");
  }
  return offsets;
}

void* map_file(int fd, std::uint64_t bytes, bool populate) {
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | (populate ? MAP_POPULATE : 0), fd, 0);
  if (memory == MAP_FAILED) throw_errno(errno, "can't map the recording");
  return memory;
}

// A reader may meet a text whose writer died: the terminating zero is then the field's own last byte.
template <std::size_t size>
std::string text_of(const char (&field)[size]) {
  return {field, strnlen(field, size)};
}

/// Adds a line, in parts, to a text; one that does not fit is left out whole.
template <std::size_t size>
void add_line(char (&field)[size], std::initializer_list<std::string_view> parts) noexcept {
  std::size_t end = strnlen(field, size);
  std::size_t length = end == 0 ? 0 : 1;
  for (const std::string_view part : parts) length += part.size();
  if (end + length + 1 > size) return;
  if (end != 0) field[end++] = '\n';
  for (const std::string_view part : parts) {
    std::copy(part.begin(), part.end(), field + end);
    end += part.size();
  }
}

}  // namespace

std::uint64_t Recording::bytes_for(std::uint64_t requests, std::uint64_t iterations, std::uint64_t workers) {
  return offsets_for(requests, iterations, workers).total;
}

Recording Recording::create(std::uint64_t requests, std::uint64_t iterations, std::uint64_t workers) {
  const Offsets offsets = offsets_for(requests, iterations, workers);
  UniqueFd file(memfd_create("overlap-recording", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!file) throw_errno(errno, "can't make the recording");
  // posix_fallocate reserves every page, so that a full memory is an error here and not a SIGBUS in the run. It returns
  // its error.
  const int error = posix_fallocate(file.get(), 0, static_cast<off_t>(offsets.total));
  if (error != 0) throw_errno(error, "can't reserve the recording");
  // What cuts it short ends all that map it; where the kernel can't keep it from that, nothing else is lost.
  static_cast<void>(fcntl(file.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0);
  void* memory = map_file(file.get(), offsets.total, false);
  auto* header = static_cast<RecordingHeader*>(memory);
  std::copy(std::begin(magic_text), std::end(magic_text), header->magic);
  header->layout_version = layout_version;
  header->requests = requests;
  header->iterations = iterations;
  header->workers = workers;
  header->workers_offset = offsets.workers;
  header->requests_offset = offsets.requests;
  header->steps_offset = offsets.steps;
  header->total_bytes = offsets.total;
  return {std::move(file), memory, offsets.total};
}

Recording Recording::map(UniqueFd file, bool populate) {
  struct stat status {};
  if (fstat(file.get(), &status) != 0) throw_errno(errno, "can't read the recording's size");
  const auto bytes = static_cast<std::uint64_t>(status.st_size);
  if (bytes < sizeof(RecordingHeader)) throw std::runtime_error("not a recording: too short");
  void* memory = map_file(file.get(), bytes, populate);
  Recording recording(std::move(file), memory, bytes);
  const RecordingHeader& header = recording.header();
  if (!std::equal(std::begin(magic_text), std::end(magic_text), header.magic)) {
    throw std::runtime_error("not a recording: wrong magic");
  }
  if (header.layout_version != layout_version) throw std::runtime_error("a recording of another layout version");
  const Offsets offsets = offsets_for(header.requests, header.iterations, header.workers);
  if (header.total_bytes != bytes || offsets.total != bytes) throw std::runtime_error("not a recording: wrong size");
  if (header.workers_offset != offsets.workers || header.requests_offset != offsets.requests ||
      header.steps_offset != offsets.steps) {
    throw std::runtime_error("not a recording: sections that lie elsewhere");
  }
  return recording;
}

Recording::Recording(UniqueFd file, void* memory, std::uint64_t bytes) noexcept
    : file_(std::move(file)), bytes_(bytes), header_(static_cast<RecordingHeader*>(memory)) {
  iterations_ = header_->iterations;
  auto* base = static_cast<std::byte*>(memory);
  workers_ = {reinterpret_cast<WorkerRecord*>(base + header_->workers_offset), header_->workers};
  requests_ = {reinterpret_cast<RequestRecord*>(base + header_->requests_offset), header_->requests};
  steps_ = {reinterpret_cast<StepRecord*>(base + header_->steps_offset), header_->requests * iterations_};
}

Recording::Recording(Recording&& other) noexcept { *this = std::move(other); }

Recording& Recording::operator=(Recording&& other) noexcept {
  std::swap(file_, other.file_);
  std::swap(bytes_, other.bytes_);
  std::swap(iterations_, other.iterations_);
  std::swap(header_, other.header_);
  std::swap(workers_, other.workers_);
  std::swap(requests_, other.requests_);
  std::swap(steps_, other.steps_);
  return *this;
}

Recording::~Recording() {
  if (header_ != nullptr) munmap(header_, bytes_);
}

bool Recording::overwritten() const noexcept {
  return !std::equal(std::begin(magic_text), std::end(magic_text), header_->magic) ||
         header_->layout_version != layout_version || header_->requests != requests_.size() ||
         header_->iterations != iterations_ || header_->workers != workers_.size() || header_->total_bytes != bytes_;
}

void Recording::set_arrivals(std::span<const std::int64_t> from_t0_ns) noexcept {
  for (std::size_t request = 0; request < from_t0_ns.size(); ++request) {
    requests_[request].arrival_ns = from_t0_ns[request];
  }
}

std::uint64_t Recording::steps_finished() const noexcept {
  std::uint64_t finished = 0;
  for (const WorkerRecord& worker : workers_) finished += worker.steps_finished.load(std::memory_order_relaxed);
  return finished;
}

void Recording::fail(std::string_view message) noexcept {
  std::uint32_t none = 0;
  if (header_->error_state.compare_exchange_strong(none, 1)) {
    const std::size_t length = std::min(message.size(), sizeof(header_->error) - 1);
    std::copy_n(message.data(), length, header_->error);
    header_->error[length] = '\0';
    header_->error_state.store(2, std::memory_order_release);
  }
  stop();
}

bool Recording::failed() const noexcept { return header_->error_state.load(std::memory_order_acquire) != 0; }

std::string Recording::error() const { return failed() ? text_of(header_->error) : std::string(); }

void Recording::stop() noexcept {
  header_->stop.store(1);
  futex_wake_all(header_->stop);
}

bool Recording::wait_until(std::int64_t due_ns) noexcept {
  while (!stopped()) {
    if (now_ns() >= due_ns) return true;
    futex_wait(header_->stop, 0, due_ns);
  }
  return false;
}

void Recording::set_check(std::string_view finding) noexcept {
  if (finding.empty()) {
    auto not_done = static_cast<std::uint32_t>(CheckState::not_done);
    header_->check_state.compare_exchange_strong(not_done, static_cast<std::uint32_t>(CheckState::passed));
    return;
  }
  const auto failed = static_cast<std::uint32_t>(CheckState::failed);
  if (header_->check_state.exchange(failed) == failed) return;
  const std::size_t length = std::min(finding.size(), sizeof(header_->check_finding) - 1);
  std::copy_n(finding.data(), length, header_->check_finding);
  header_->check_finding[length] = '\0';
}

std::string Recording::check_finding() const { return text_of(header_->check_finding); }

void Recording::add_device_usage(const DeviceUsage& usage) noexcept {
  header_->device_steps += usage.steps;
  header_->device_busy_ns += usage.busy_ns;
  for (std::size_t part = 0; part < device_part_count; ++part) {
    header_->device_part_ns[part] += usage.part_ns[part];
    header_->device_part_bytes[part] += usage.part_bytes[part];
  }
}

DeviceUsage Recording::device_usage() const noexcept {
  DeviceUsage usage{header_->device_steps, header_->device_busy_ns, {}, {}};
  for (std::size_t part = 0; part < device_part_count; ++part) {
    usage.part_ns[part] = header_->device_part_ns[part];
    usage.part_bytes[part] = header_->device_part_bytes[part];
  }
  return usage;
}

void Recording::set_device(const DeviceDescription& device) noexcept {
  header_->device_copy_bytes_per_s = device.copy_bytes_per_s;
  header_->device_slot_bytes = device.slot_bytes;
  header_->device_work_area_bytes = device.work_area_bytes;
  for (const auto& [name, value] : device.facts) add_line(header_->device_facts, {name, " ", value});
}

DeviceDescription Recording::device() const {
  DeviceDescription device{
      header_->device_copy_bytes_per_s, header_->device_slot_bytes, header_->device_work_area_bytes, {}};
  const std::string text = text_of(header_->device_facts);
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string line = text.substr(begin, end - begin);
    const std::size_t space = std::min(line.find(' '), line.size());
    device.facts.emplace_back(line.substr(0, space), line.substr(std::min(space + 1, line.size())));
    begin = end + 1;
  }
  return device;
}

void Recording::add_note(std::string_view note) noexcept { add_line(header_->notes, {note}); }

std::string Recording::notes() const { return text_of(header_->notes); }

}  // namespace overlap
