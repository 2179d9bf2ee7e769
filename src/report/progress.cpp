// Reading a recording while it fills.
#include "src/report/progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <iterator>
#include <string_view>
#include <utility>

#include "src/base/clock.hpp"
#include "src/base/text.hpp"
#include "src/base/units.hpp"

namespace overlap {
namespace {

// A time that another process may be writing now.
std::int64_t load_ns(const std::int64_t& time_ns) noexcept {
  return std::atomic_ref<std::int64_t>(const_cast<std::int64_t&>(time_ns)).load(std::memory_order_acquire);
}

// Fewer digits than elsewhere, so that they don't flicker.
std::string time_left(double seconds) {
  if (seconds < 9.95) return fmt::format("{:.1f} s left", seconds);
  if (seconds < 119.5) return fmt::format("{:.0f} s left", seconds);
  return format_seconds(seconds) + " left";
}

std::string bar(std::size_t columns, double share) {
  const auto full = static_cast<std::size_t>(std::floor(share * static_cast<double>(columns)));
  return "[" + std::string(full, '#') + std::string(columns - full, '.') + "]";
}

}  // namespace

ProgressBar::ProgressBar(std::string executor, std::uint64_t steps, unsigned columns)
    : executor_(std::move(executor)), steps_(steps), columns_(columns) {}

std::string ProgressBar::line(const Recording& recording, std::int64_t now_ns) const {
  constexpr std::size_t widest_bar = 40;
  constexpr std::size_t narrowest_bar = 5;
  const RecordingHeader& header = recording.header();
  const std::int64_t t0_ns = load_ns(header.t0_ns);
  if (t0_ns == 0) {
    const auto phase = static_cast<Phase>(header.phase.load(std::memory_order_relaxed));
    return clip(fmt::format("{}  setup: {}", executor_, name_of(phase)), columns_);
  }

  const std::uint64_t finished = std::min(recording.steps_finished(), steps_);
  const double share = steps_ == 0 ? 1.0 : static_cast<double>(finished) / static_cast<double>(steps_);
  std::string after = fmt::format(" {}/{}", finished, steps_);
  if (const std::int64_t end_ns = load_ns(header.end_ns); end_ns != 0) {
    after += "  took " + format_seconds(to_seconds(end_ns - t0_ns));
  } else if (finished > 0) {
    const double elapsed_s = to_seconds(std::max<std::int64_t>(now_ns - t0_ns, 0));
    after += "  " + time_left(elapsed_s * (1.0 - share) / share);
  }

  const std::size_t around = display_width(executor_) + 2 + 2 + display_width(after);
  if (around + narrowest_bar > columns_) return clip(executor_ + " " + after, columns_);
  return executor_ + "  " + bar(std::min(widest_bar, columns_ - around), share) + after;
}

StepLog::StepLog(const Recording& recording)
    : recording_(recording),
      next_iteration_(recording.requests().size(), 0),
      call_logged_(recording.requests().size(), false) {}

std::string StepLog::new_lines() {
  if (load_ns(recording_.header().t0_ns) == 0) return {};

  struct Event {
    std::int64_t time_ns;
    std::string_view what;
    std::uint64_t request;
    std::uint64_t iteration;
  };
  std::vector<Event> events;
  for (std::uint64_t request = 0; request < recording_.requests().size(); ++request) {
    std::uint64_t& iteration = next_iteration_[request];
    while (iteration < recording_.iterations()) {
      const StepRecord& step = recording_.step(request, iteration);
      // Asked first: a step that is finished has its times, and its request's begin, behind it.
      const bool finished = step.finished();
      if (!call_logged_[request]) {
        const std::int64_t begin_ns = iteration == 0 ? load_ns(recording_.requests()[request].begin_ns)
                                                     : recording_.step(request, iteration - 1).end_ns;
        if (begin_ns == 0 && !finished) break;
        events.push_back({begin_ns, "call", request, iteration});
        call_logged_[request] = true;
      }
      if (!finished) break;
      events.push_back({step.end_ns, "end", request, iteration});
      call_logged_[request] = false;
      ++iteration;
    }
  }

  // Stable, because a step's call and the end of the step before it share their moment.
  std::stable_sort(events.begin(), events.end(), [](const Event& a, const Event& b) { return a.time_ns < b.time_ns; });
  std::string lines;
  for (const Event& event : events) {
    fmt::format_to(std::back_inserter(lines), "{} {} iteration {}\n", event.what, event.request, event.iteration);
  }
  return lines;
}

}  // namespace overlap
