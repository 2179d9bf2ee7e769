// The clock of setup's phases.
#include "src/run/setup.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "src/base/clock.hpp"
#include "src/base/errors.hpp"
#include "src/base/text.hpp"

namespace overlap {

void end_process(const std::string& line) {
  const std::string text = fmt::format("overlap: {}\n", clean_line(line));
  std::fwrite(text.data(), 1, text.size(), stderr);
  _exit(exit_failed);
}

void SetupTimes::measure(Phase phase, const std::function<void()>& work) {
  const double outer_nested_s = nested_s_;
  nested_s_ = 0.0;
  std::uint32_t outer_phase = 0;
  if (phase_word_ != nullptr) outer_phase = phase_word_->exchange(static_cast<std::uint32_t>(phase));
  const std::int64_t begin = now_ns();
  work();
  const double elapsed_s = to_seconds(now_ns() - begin);
  if (phase_word_ != nullptr) phase_word_->store(outer_phase);
  add(phase, elapsed_s - nested_s_);
  nested_s_ = outer_nested_s + elapsed_s;
}

}  // namespace overlap
