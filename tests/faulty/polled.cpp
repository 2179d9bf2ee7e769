// Engine `polled`: submitted steps complete only when the engine is asked, and the newest first.
#include <memory>
#include <vector>

#include "src/base/clock.hpp"
#include "tests/faulty/engines.hpp"
#include "tests/faulty/wrapping_engine.hpp"

namespace overlap::faulty {
namespace {

class PolledEngine final : public WrappingEngine {
 public:
  bool submit(Step& step, Completion& completion) override {
    submitted_.push_back({&step, &completion});
    return false;
  }

  std::int64_t poll() override {
    constexpr std::int64_t soon_ns = 100'000;
    if (submitted_.empty()) return never_ns;
    // Nothing at the first asking: whoever asks once and then sleeps for good never gets its step.
    if (asked_ = !asked_; asked_) return now_ns() + soon_ns;
    const Submitted newest = submitted_.back();
    submitted_.pop_back();
    compute(*newest.step);
    newest.completion->complete(*newest.step);
    return submitted_.empty() ? never_ns : now_ns() + soon_ns;
  }

 private:
  struct Submitted {
    Step* step;
    Completion* completion;
  };

  std::vector<Submitted> submitted_;
  bool asked_ = false;
};

}  // namespace

void add_polled_engine(Registry& registry) {
  EngineInfo info = fftw_engine();
  info.default_drivers.clear();
  info.name = "polled";
  info.description = "completes steps when it is polled, the newest first";
  info.completes_later = true;
  info.make = [] { return std::make_unique<PolledEngine>(); };
  info.lanes_per_process = [](const EngineOptions& /*options*/, unsigned /*usable_cpus*/) { return 1U; };
  registry.add(info);
}

}  // namespace overlap::faulty
