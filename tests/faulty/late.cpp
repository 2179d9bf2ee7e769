// Engine `late`: submitted steps complete on a thread of its own, neighbours in swapped order.
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "src/run/blocking_completion.hpp"
#include "tests/faulty/engines.hpp"
#include "tests/faulty/wrapping_engine.hpp"

namespace overlap::faulty {
namespace {

class LateEngine final : public WrappingEngine {
 public:
  explicit LateEngine(bool throws) : throws_(throws) {}
  LateEngine(const LateEngine&) = delete;
  LateEngine& operator=(const LateEngine&) = delete;
  ~LateEngine() override {
    {
      const std::lock_guard lock(mutex_);
      ends_ = true;
    }
    changed_.notify_one();
    if (thread_.joinable()) thread_.join();
  }

  void prepare_worker(const EngineSetup& setup) override {
    WrappingEngine::prepare_worker(setup);
    thread_ = std::thread([this] { work(); });
  }

  void compute(Step& step) override {
    BlockingCompletion done;
    submit(step, done);
    done.wait();
  }

  bool submit(Step& step, Completion& completion) override {
    {
      const std::lock_guard lock(mutex_);
      submitted_.push_back({&step, &completion, nullptr});
    }
    changed_.notify_one();
    return false;
  }

 private:
  struct Submitted {
    Step* step = nullptr;
    Completion* completion = nullptr;
    std::exception_ptr failure;
  };

  void work() {
    Submitted held;  // computed, and kept back until another one has overtaken it
    while (true) {
      Submitted next;
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return ends_ || held.step != nullptr || !submitted_.empty(); });
        if (!submitted_.empty()) {
          next = submitted_.back();
          submitted_.pop_back();
        } else if (held.step == nullptr) {
          return;
        }
      }
      if (next.step == nullptr) {
        complete(std::exchange(held, {}));
        continue;
      }
      take(next);
      if (held.step == nullptr) {
        held = next;
      } else {
        complete(next);
        complete(std::exchange(held, {}));
      }
    }
  }

  void take(Submitted& submitted) noexcept {
    try {
      if (throws_ && is_faulty(*submitted.step)) throw std::runtime_error("the engine is out of ink, and says so late");
      working().compute(*submitted.step);
    } catch (...) {
      submitted.failure = std::current_exception();
    }
  }

  static void complete(const Submitted& done) noexcept {
    if (done.failure != nullptr) {
      done.completion->fail(*done.step, done.failure);
    } else {
      done.completion->complete(*done.step);
    }
  }

  bool throws_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ends_ = false;
  std::vector<Submitted> submitted_;
  std::thread thread_;
};

EngineInfo late_engine(const char* name, bool throws) {
  EngineInfo info = fftw_engine();
  info.default_drivers.clear();
  info.name = name;
  info.description = "completes steps on a thread of its own, out of order";
  info.completes_later = true;
  info.make = [throws] { return std::make_unique<LateEngine>(throws); };
  info.lanes_per_process = [](const EngineOptions& /*options*/, unsigned /*usable_cpus*/) { return 1U; };
  return info;
}

}  // namespace

void add_late_engines(Registry& registry) {
  registry.add(late_engine("late", false));
  registry.add(late_engine("late-throws", true));
}

}  // namespace overlap::faulty
