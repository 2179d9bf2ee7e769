// CUDA's first device, as the engines see one.
#include <cuda_runtime_api.h>
#include <cufft.h>
#include <fmt/format.h>
#include <nvtx3/nvToolsExt.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <complex>
#include <cstddef>
#include <cstring>
#include <fstream>
#include <limits>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "cuda/cuda_check.hpp"
#include "cuda/device.hpp"
#include "cuda/functors.hpp"
#include "cuda/handles.hpp"
#include "cuda/kernels.hpp"
#include "src/base/clock.hpp"
#include "src/base/named_texts.hpp"

namespace overlap {
namespace {

constexpr int first_device = 0;

/// Calls `f` with a number of the precision's type.
template <typename F>
decltype(auto) in_precision(Precision precision, F&& f) {
  return precision == Precision::float64 ? std::forward<F>(f)(double{}) : std::forward<F>(f)(float{});
}

std::int64_t ns_between(const EventHandle& first, const EventHandle& second) {
  float ms = 0.0F;
  check(cudaEventElapsedTime(&ms, first.get(), second.get()), "cudaEventElapsedTime");
  constexpr double ns_per_ms = 1e6;
  return std::llround(static_cast<double>(ms) * ns_per_ms);
}

/// A step's range in a profiler's timeline: from its start on the host until its end was seen there. Costs nothing
/// without a profiler.
class StepRange {
 public:
  StepRange() = default;
  StepRange(const StepRange&) = delete;
  StepRange& operator=(const StepRange&) = delete;
  ~StepRange() { end(); }

  void begin(std::uint64_t request, std::uint64_t iteration) {
    end();
    constexpr std::size_t longest = 64;  // two numbers of 20 digits and words
    std::array<char, longest> name{};
    fmt::format_to_n(name.data(), name.size() - 1, "step ({}, {})", request, iteration);
    range_ = nvtxRangeStartA(name.data());
    begun_ = true;
  }
  void end() noexcept {
    if (begun_) nvtxRangeEnd(range_);
    begun_ = false;
  }

 private:
  nvtxRangeId_t range_ = 0;
  bool begun_ = false;
};

struct Slot {
  // Destroyed in the reverse order: the plan before its work area and its stream.
  StreamHandle stream;
  DeviceMemory inputs;
  DeviceMemory bins;
  DeviceMemory board_memory;
  DeviceMemory work_area;
  PinnedMemory result_memory;
  PinnedMemory host_inputs;
  PinnedMemory host_bins;
  std::unique_ptr<FftPlan> plan;
  GraphHandle graph;
  GraphExecHandle step;  // all of a step, ready to be started
  cudaGraphNode_t first = nullptr;
  EventHandle end;  // of the step; where `wait` is called
  std::uint64_t number = 0;
  unsigned looks_in_vain = 0;
  std::size_t lane = 0;  // the slot whose stream the last step was started on
  StepRange range;

  template <typename Real>
  Real* inputs_as() const {
    return reinterpret_cast<Real*>(inputs.get());
  }
  template <typename Real>
  Bin<Real>* bins_as() const {
    return reinterpret_cast<Bin<Real>*>(bins.get());
  }
  /// Whether the step's result has come. It comes before what is copied out.
  bool has_result() const { return std::atomic_ref(result()->number).load(std::memory_order_acquire) == number; }

  Board* board() const { return reinterpret_cast<Board*>(board_memory.get()); }
  StepResult* result() const { return reinterpret_cast<StepResult*>(result_memory.get()); }
};

/// "580.82.07", as the driver's module says; empty where the system does not show it.
std::string driver_release() {
  std::ifstream file("/proc/driver/nvidia/version");
  std::string word;
  while (file >> word) {
    if (word.find_first_not_of("0123456789.") == std::string::npos && word.find('.') != std::string::npos) return word;
  }
  return "";
}

std::string version_text(int version) { return fmt::format("{}.{}", version / 1000, version % 1000 / 10); }

class CudaDevice final : public Device {
 public:
  void open(const Workload& workload, bool host_data, bool blocks) override {
    workload_ = workload;
    host_data_ = host_data;
    blocks_ = blocks;
    // Blocking calls, which only setup makes, are to sleep.
    check(cudaSetDeviceFlags(cudaDeviceScheduleBlockingSync), "cudaSetDeviceFlags");
    check(cudaSetDevice(first_device), "cudaSetDevice");
    check(cudaFree(nullptr), "cudaFree, which makes the context");
    check(load_kernels(), "cudaFuncGetAttributes, which loads the kernels");
    check(cudaDeviceGetAttribute(&cache_bytes_, cudaDevAttrL2CacheSize, first_device), "cudaDeviceGetAttribute");
  }

  /// As many as work in twice the cache, to the nearest number, and at least one: more take it from each other. By
  /// trying 1 to 4 and 8 at once, of 64Ki to 4M points, on an H200. Of steps with copies as many as there are.
  unsigned steps_at_once() override {
    if (host_data_) return static_cast<unsigned>(slots_.size());
    const double at_once = 2.0 * cache_bytes_ / static_cast<double>(slot_bytes());
    return std::max(1U, static_cast<unsigned>(std::lround(at_once)));
  }

  std::uint64_t free_bytes() override {
    std::size_t free = 0;
    std::size_t total = 0;
    check(cudaMemGetInfo(&free, &total), "cudaMemGetInfo");
    return free;
  }

  std::uint64_t slot_bytes() override {
    return workload_.input_bytes() + workload_.spectrum_bytes() + sizeof(Board) + work_area_bytes();
  }

  std::uint64_t work_area_bytes() override { return slots_.at(0)->plan->work_bytes(); }

  void add_slot(SetupTimes& times) override {
    auto slot = std::make_unique<Slot>();
    times.measure(Phase::plan, [&] { slot->plan = std::make_unique<FftPlan>(workload_.size, workload_.precision); });
    slot->inputs = make_device_memory(workload_.input_bytes());
    slot->bins = make_device_memory(workload_.spectrum_bytes());
    slot->board_memory = make_device_memory(sizeof(Board));
    // cuFFT may ask for none, and then still wants to be told where it is.
    slot->work_area = make_device_memory(std::max<std::uint64_t>(slot->plan->work_bytes(), alignof(std::max_align_t)));
    slot->result_memory = make_pinned_memory(sizeof(StepResult));
    *slot->result() = StepResult{};
    if (host_data_) {
      slot->host_inputs = make_pinned_memory(workload_.input_bytes());
      slot->host_bins = make_pinned_memory(workload_.spectrum_bytes());
    }
    slot->stream = make_stream();
    if (blocks_) slot->end = make_event(Timing::off);
    slot->plan->set_work_area(slot->work_area.get(), slot->stream.get());
    check(cudaMemset(slot->board_memory.get(), 0, sizeof(Board)), "cudaMemset");
    // The slot's stream does not wait for what cuFFT and the line above do on the default one.
    check(cudaDeviceSynchronize(), "cudaDeviceSynchronize");
    // Once as it is: what CUDA and cuFFT load at a first start can't be captured.
    enqueue_step(*slot);
    slot->graph = capture(slot->stream.get(), [&] { enqueue_step(*slot); });
    slot->first = first_node(slot->graph.get());
    slot->step = instantiate(slot->graph.get(), slot->stream.get());
    check(cudaStreamSynchronize(slot->stream.get()), "cudaStreamSynchronize");
    slot->lane = slots_.size();
    slots_.push_back(std::move(slot));
  }

  void start_step(unsigned slot, std::uint64_t request, std::uint64_t iteration, std::uint64_t checked_bin) override {
    Slot& s = *slots_.at(slot);
    s.range.begin(request, iteration);
    s.lane = next_lane(slot);
    const StepOrder order{checked_bin, ++s.number};
    if (host_data_) {
      check(change_begin(s.step.get(), s.first, order, s.board()), "cudaGraphExecKernelNodeSetParams");
    } else {
      in_precision(workload_.precision, [&](auto zero) {
        const auto generate = generation<decltype(zero)>(s, request, iteration);
        check(change_generate(s.step.get(), s.first, generate, order, s.board()), "cudaGraphExecKernelNodeSetParams");
      });
    }
    check(cudaGraphLaunch(s.step.get(), stream_of(s)), "cudaGraphLaunch");
    if (blocks_) check(cudaEventRecord(s.end.get(), stream_of(s)), "cudaEventRecord");
  }

  void poison(unsigned slot) override {
    const Slot& s = *slots_.at(slot);
    in_precision(workload_.precision, [&](auto zero) {
      using Real = decltype(zero);
      check(start_poison(s.bins_as<Real>(), workload_.bins(), stream_of(s)), "the start of the poisoning");
    });
    // The next step may be on another stream.
    check(cudaStreamSynchronize(stream_of(s)), "cudaStreamSynchronize");
    constexpr int all_ones = 0xff;  // a NaN in both precisions
    if (host_data_) std::memset(host_buffer(s.host_bins), all_ones, workload_.spectrum_bytes());
  }

  bool finished(unsigned slot) override {
    Slot& s = *slots_.at(slot);
    // A read of memory where CUDA, asked for the stream, takes microseconds: that is left for what goes wrong, or comes
    // after the result.
    constexpr unsigned rarely = 8;
    const bool has_result = s.has_result();
    if (!has_result && !host_data_ && ++s.looks_in_vain % rarely != 0) return false;
    if (!has_result || host_data_) {
      const cudaError_t result = cudaStreamQuery(stream_of(s));
      if (result == cudaErrorNotReady) {
        // No error, yet the runtime remembers it as one.
        static_cast<void>(cudaGetLastError());
        return false;
      }
      check(result, "cudaStreamQuery");
      if (!s.has_result()) throw DeviceError(DeviceError::Kind::other, "a step ended on the device without a result");
    }
    s.range.end();
    return true;
  }

  void wait(unsigned slot) override { check(cudaEventSynchronize(slots_.at(slot)->end.get()), "cudaEventSynchronize"); }

  DeviceDigest digest(unsigned slot) override { return slots_.at(slot)->result()->digest; }

  DeviceTimes times(unsigned slot) override {
    const StepResult& result = *slots_.at(slot)->result();
    const auto ns_at = [&result](Mark mark) { return static_cast<std::int64_t>(result.marks_ns[mark]); };
    // Clocks read by two multiprocessors can differ by a tick.
    const auto ns_between = [&](Mark first, Mark second) {
      return std::max<std::int64_t>(0, ns_at(second) - ns_at(first));
    };
    DeviceTimes times;
    const auto part_ns = [&times](DevicePart part) -> std::int64_t& {
      return times.part_ns[static_cast<std::size_t>(part)];
    };
    part_ns(host_data_ ? DevicePart::copy_in : DevicePart::generate) = ns_between(begun, inputs_there);
    part_ns(DevicePart::transform) = ns_between(inputs_there, transformed);
    part_ns(DevicePart::fill) = ns_between(transformed, filled);
    if (host_data_) part_ns(DevicePart::copy_out) = ns_between(filled, ended);
    times.begin_ns = ns_at(begun);
    times.end_ns = ns_at(host_data_ ? ended : filled);
    return times;
  }

  std::span<std::byte> host_input(unsigned slot) override {
    std::byte* const inputs = slots_.at(slot)->host_inputs.get();
    return {inputs, inputs == nullptr ? 0 : workload_.input_bytes()};
  }

  StepArrays read_back(unsigned slot) override {
    const Slot& s = *slots_.at(slot);
    if (host_data_) return arrays_at(host_buffer(s.host_inputs), host_buffer(s.host_bins));
    // The view's own: the run is not to have it in its peak memory.
    const auto copy = std::make_shared<std::vector<std::byte>>(workload_.input_bytes() + workload_.spectrum_bytes());
    std::byte* const bins = copy->data() + workload_.input_bytes();
    const auto read = [&](std::byte* to, const DeviceMemory& from, std::uint64_t bytes) {
      check(cudaMemcpyAsync(to, from.get(), bytes, cudaMemcpyDeviceToHost, stream_of(s)), "cudaMemcpyAsync");
    };
    read(copy->data(), s.inputs, workload_.input_bytes());
    read(bins, s.bins, workload_.spectrum_bytes());
    check(cudaStreamSynchronize(stream_of(s)), "cudaStreamSynchronize");
    return arrays_at(copy->data(), bins, copy);
  }

  double copy_bytes_per_s() override {
    constexpr std::uint64_t most = std::uint64_t{256} << 20;
    constexpr std::uint64_t least = std::uint64_t{1} << 20;
    constexpr int rounds = 6;
    constexpr int copies = 10;
    const std::uint64_t bytes = std::min(most, free_bytes() / 4 / least * least);
    if (bytes < least) return 0.0;
    const DeviceMemory from = make_device_memory(bytes);
    const DeviceMemory to = make_device_memory(bytes);
    const StreamHandle stream = make_stream();
    const EventHandle begin = make_event(Timing::on);
    const EventHandle end = make_event(Timing::on);
    check(cudaMemsetAsync(from.get(), 1, bytes, stream.get()), "cudaMemsetAsync");
    std::int64_t best_ns = std::numeric_limits<std::int64_t>::max();
    for (int round = 0; round < rounds; ++round) {
      check(cudaEventRecord(begin.get(), stream.get()), "cudaEventRecord");
      for (int copy = 0; copy < copies; ++copy) {
        check(cudaMemcpyAsync(to.get(), from.get(), bytes, cudaMemcpyDeviceToDevice, stream.get()), "cudaMemcpyAsync");
      }
      check(cudaEventRecord(end.get(), stream.get()), "cudaEventRecord");
      check(cudaEventSynchronize(end.get()), "cudaEventSynchronize");
      best_ns = std::min(best_ns, std::max<std::int64_t>(1, ns_between(begin, end)));
    }
    return 2.0 * static_cast<double>(bytes) * copies / to_seconds(best_ns);
  }

  NamedTexts facts() override {
    cudaDeviceProp properties{};
    check(cudaGetDeviceProperties(&properties, first_device), "cudaGetDeviceProperties");
    int driver = 0;
    check(cudaDriverGetVersion(&driver), "cudaDriverGetVersion");
    int runtime = 0;
    check(cudaRuntimeGetVersion(&runtime), "cudaRuntimeGetVersion");
    int cufft = 0;
    check(cufftGetVersion(&cufft), "cufftGetVersion");
    return {{"name", properties.name},
            {"compute_capability", fmt::format("{}.{}", properties.major, properties.minor)},
            {"memory_bytes", std::to_string(properties.totalGlobalMem)},
            {"multiprocessors", std::to_string(properties.multiProcessorCount)},
            {"l2_cache_bytes", std::to_string(properties.l2CacheSize)},
            {"driver", driver_release()},
            {"driver_cuda", version_text(driver)},
            {"runtime_cuda", version_text(runtime)},
            {"toolkit", version_text(CUDART_VERSION)},
            {"cufft", fmt::format("{}.{}.{}", cufft / 1000, cufft % 1000 / 100, cufft % 100)}};
  }

 private:
  template <typename Real>
  GenerateQuad<Real> generation(const Slot& slot, std::uint64_t request, std::uint64_t iteration) const {
    return {slot.inputs_as<Real>(), workload_.size, workload_.seed, request, iteration};
  }

  /// The stream that the slot's last step was started on.
  cudaStream_t stream_of(const Slot& slot) const { return slots_[slot.lane]->stream.get(); }

  /// Where its next step is started: on the slot's own stream, or where fewer steps run at once than there are slots,
  /// on that many slots' streams in turn.
  std::size_t next_lane(unsigned slot) {
    const unsigned at_once = steps_at_once();
    return at_once < slots_.size() ? turn_++ % at_once : slot;
  }

  /// All of a step on the slot's own stream: of step (0, 0), with its first bin checked.
  void enqueue_step(const Slot& s) const {
    in_precision(workload_.precision, [&](auto zero) {
      using Real = decltype(zero);
      const cudaStream_t stream = s.stream.get();
      if (host_data_) {
        check(start_begin({}, s.board(), stream), "the start of a mark");
        check(cudaMemcpyAsync(s.inputs.get(), host_buffer(s.host_inputs), workload_.input_bytes(),
                              cudaMemcpyHostToDevice, stream),
              "cudaMemcpyAsync of the inputs");
        check(start_mark(&s.board()->marks_ns[inputs_there], stream), "the start of a mark");
      } else {
        check(start_generate(generation<Real>(s, 0, 0), {}, s.board(), stream), "the start of the generation");
      }
      s.plan->execute(s.inputs.get(), s.bins.get());
      if (host_data_) {
        const SquareQuad<Real> square{s.inputs_as<Real>(), workload_.size};
        check(start_square(square, s.board(), stream), "the start of the inputs' energy");
      }
      const FillBin<Real> fill{s.bins_as<Real>(), workload_.size, workload_.spectrum == SpectrumKind::full};
      check(start_fill(fill, !host_data_, s.board(), s.result(), stream), "the start of the fill");
      if (!host_data_) return;
      check(cudaMemcpyAsync(host_buffer(s.host_bins), s.bins.get(), workload_.spectrum_bytes(), cudaMemcpyDeviceToHost,
                            stream),
            "cudaMemcpyAsync of the spectrum");
      check(start_mark(&s.result()->marks_ns[ended], stream), "the start of a mark");
    });
  }

  /// Of memory that is aligned for a real; `owned` keeps what is a copy for the view alone.
  StepArrays arrays_at(const std::byte* inputs, const std::byte* bins,
                       const std::shared_ptr<const void>& owned = nullptr) const {
    return in_precision(workload_.precision, [&](auto zero) {
      using Real = decltype(zero);
      return StepArrays(std::span(reinterpret_cast<const Real*>(inputs), workload_.size),
                        std::span(reinterpret_cast<const std::complex<Real>*>(bins), workload_.bins()), owned);
    });
  }

  static std::byte* host_buffer(const PinnedMemory& memory) {
    if (memory == nullptr) throw std::logic_error("this device was opened without host buffers");
    return memory.get();
  }

  Workload workload_;
  bool host_data_ = false;
  bool blocks_ = false;
  int cache_bytes_ = 0;
  std::size_t turn_ = 0;
  std::vector<std::unique_ptr<Slot>> slots_;
};

}  // namespace

std::unique_ptr<Device> make_cuda_device() { return std::make_unique<CudaDevice>(); }

}  // namespace overlap
