// Metrics: pure functions of a recording.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "src/metrics/lower_bound.hpp"
#include "src/run/device_usage.hpp"
#include "src/run/recording.hpp"

namespace overlap {

/// Seconds. Nearest-rank percentiles: the smallest value that at least p of all values do not exceed.
struct Distribution {
  double p50 = 0.0;
  double p95 = 0.0;
  double p99 = 0.0;
  double max = 0.0;
};

/// Nearest-rank percentiles of `values` (reordered); zeros where there are none.
Distribution distribution_of(std::vector<double>& values);

/// What a device measured; nothing of a run without one.
struct DeviceMetrics {
  struct Part {
    std::optional<double> step_s;      ///< mean seconds of a step's part
    std::optional<double> step_bytes;  ///< that it has to read and write at the least
    std::optional<double> gb_per_s;    ///< 10⁹ bytes
  };
  std::optional<double> busy_s;
  std::optional<double> copy_gb_per_s;           ///< the ceiling: copies within the device, calibrated
  std::optional<std::uint64_t> slot_bytes;       ///< device memory that each lane takes
  std::optional<std::uint64_t> work_area_bytes;  ///< of these the transform's work area
  std::array<Part, device_part_count> parts;     ///< by DevicePart; nothing where steps have no such part
};

/// Definitions in docs/metrics.md. Of a finished run only.
struct Metrics {
  double makespan_s = 0.0;
  double total_s = 0.0;
  double concurrency = 0.0;
  double parallelism = 0.0;
  double cpu_s = 0.0;
  double setup_cpu_s = 0.0;
  double digest_s = 0.0;  ///< of cpu_s: digests and records made outside the steps
  double delay_s = 0.0;
  Distribution latency_s;
  Distribution service_s;
  Distribution queue_s;
  double queue_mean_s = 0.0;
  double compute_p5_s = 0.0;  ///< percentiles of the steps' own compute times
  double compute_p50_s = 0.0;
  double step_s = 0.0;                ///< calibrated; 0 where nothing computes
  double capacity_steps_per_s = 0.0;  ///< calibrated; 0 where nothing computes
  double steps_per_s = 0.0;
  double lower_bound_s = 0.0;
  Bound bound = Bound::waiting;  ///< what the largest term comes from
  double efficiency = 0.0;
  std::optional<double> capacity_requests_per_s;  ///< none where nothing bounds it
  std::optional<bool> keeps_up;                   ///< with requests that come in over time; none where it is not known
  std::uint64_t lanes = 0;
  std::uint64_t workers = 0;  ///< threads or processes
  std::uint64_t peak_memory_bytes = 0;
  std::array<double, setup_phase_count> setup_s{};
  DeviceMetrics device;
};

/// Whether the steps ran on a device, such as a GPU.
inline bool ran_on_device(const Metrics& metrics) noexcept { return metrics.device.busy_s.has_value(); }

/// The metrics of a recording in which every step is finished; throws std::logic_error where one is not. `computes` is
/// false for engine `null`: no step time, no capacity.
Metrics compute_metrics(const Recording& recording, bool computes);

/// Steps whose records are whole.
std::uint64_t count_finished_steps(const Recording& recording);

}  // namespace overlap
