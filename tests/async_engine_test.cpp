// The engine of steps that are started and end later, with a compute whose steps end when they are told to.
#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "cpu/engines/engines.hpp"
#include "cpu/scheduler/completion_queue.hpp"
#include "src/base/clock.hpp"

namespace overlap {
namespace {

/// Steps that were started and are not over.
struct UnderWay {
  struct Each {
    Step* step;
    Completion* completion;
    std::byte* workspace;
  };
  std::vector<Each> steps;
  std::uint64_t refused = ~std::uint64_t{0};  // the request that can't be started

  std::vector<std::uint64_t> requests() const {
    std::vector<std::uint64_t> requests;
    for (const Each& each : steps) requests.push_back(each.step->request);
    return requests;
  }
  Each take(std::size_t index) {
    const Each each = steps.at(index);
    steps.erase(steps.begin() + static_cast<std::ptrdiff_t>(index));
    return each;
  }
  void end(std::size_t index) {
    const Each each = take(index);
    each.completion->complete(*each.step);
  }
  void fail(std::size_t index, const char* reason) {
    const Each each = take(index);
    each.completion->fail(*each.step, std::make_exception_ptr(std::runtime_error(reason)));
  }
};

class ToldCompute final : public StepCompute {
 public:
  explicit ToldCompute(UnderWay& under_way) : under_way_(under_way) {}

  void compute(std::byte* /*workspace*/, Step& /*step*/) const override { throw std::logic_error("steps are started"); }
  StepArrays probe(std::byte* /*workspace*/, Step& /*step*/) const override { throw std::logic_error("no numbers"); }
  std::unique_ptr<StepStarter> starter(std::byte* workspace,
                                       const std::function<void(const std::string&)>& /*give_up*/) const override {
    class Starter final : public StepStarter {
     public:
      Starter(UnderWay& under_way, std::byte* workspace) : under_way_(under_way), workspace_(workspace) {}
      void start(Step& step, Completion& completion) override {
        if (step.request == under_way_.refused) throw std::runtime_error("no ink");
        under_way_.steps.push_back({&step, &completion, workspace_});
      }

     private:
      UnderWay& under_way_;
      std::byte* workspace_;
    };
    return std::make_unique<Starter>(under_way_, workspace);
  }

 private:
  UnderWay& under_way_;
};

class AsyncEngine : public ::testing::Test {
 protected:
  static constexpr unsigned slots = 2;

  AsyncEngine() {
    for (std::uint64_t request = 0; request < steps_.size(); ++request) {
      steps_[request].request = request;
      steps_[request].record = &records_[request];
    }
    ComputeInfo compute;
    compute.prepare = [this](const Workload& /*workload*/, const EngineOptions& /*options*/) {
      return std::make_unique<ToldCompute>(under_way_);
    };
    compute.workspace_bytes = [](const Workload& /*workload*/) { return std::uint64_t{64}; };
    compute.probe_bytes = compute.workspace_bytes;
    compute.facts = [] { return NamedTexts(); };
    compute.starts_no_steps = [] { return std::string(); };
    engine_ = async_engine(compute).make();
    const EngineSetup setup{.workload = workload_, .options = {}, .slots = slots, .times = times_};
    engine_->prepare_shared(setup);
    engine_->prepare_worker(setup);
  }

  void submit(std::uint64_t first, std::uint64_t last) {
    for (std::uint64_t request = first; request <= last; ++request) {
      EXPECT_FALSE(engine_->submit(steps_[request], completions_)) << request;
    }
  }
  /// Of the steps that came back since the last time, in that order.
  std::vector<std::uint64_t> taken() {
    std::vector<std::uint64_t> requests;
    for (const Step* step = completions_.take_all(); step != nullptr; step = step->next) {
      requests.push_back(step->request);
    }
    return requests;
  }
  std::string failure() const {
    try {
      if (completions_.failure() != nullptr) std::rethrow_exception(completions_.failure());
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "";
  }

  using Requests = std::vector<std::uint64_t>;

  Workload workload_;
  SetupTimes times_;
  UnderWay under_way_;
  std::array<StepRecord, 8> records_{};
  std::array<Step, 8> steps_{};
  std::unique_ptr<Engine> engine_;
  CompletionQueue completions_;
};

TEST_F(AsyncEngine, StartsAsManyStepsAsItHasSlotsAndTheOthersInTheirOrder) {
  submit(0, 5);
  EXPECT_EQ(under_way_.requests(), Requests({0, 1}));
  EXPECT_EQ(engine_->poll(), never_ns);
  EXPECT_EQ(under_way_.requests(), Requests({0, 1}));
  under_way_.end(1);
  EXPECT_EQ(under_way_.requests(), Requests({0})) << "where a step ends none is started";
  EXPECT_EQ(engine_->poll(), never_ns);
  EXPECT_EQ(under_way_.requests(), Requests({0, 2}));
  EXPECT_EQ(taken(), Requests({1}));
  under_way_.end(1);
  under_way_.end(0);
  submit(6, 6);
  EXPECT_EQ(under_way_.requests(), Requests()) << "a step does not overtake those that queue";
  engine_->poll();
  EXPECT_EQ(under_way_.requests(), Requests({3, 4}));
  EXPECT_EQ(taken(), Requests({2, 0}));
}

TEST_F(AsyncEngine, GivesNoWorkspaceToTwoStepsAtOnce) {
  submit(0, 3);
  EXPECT_NE(under_way_.steps[0].workspace, under_way_.steps[1].workspace);
  std::byte* const freed = under_way_.steps[0].workspace;
  under_way_.end(0);
  engine_->poll();
  EXPECT_EQ(under_way_.steps[1].workspace, freed);
}

TEST_F(AsyncEngine, FailsWhatQueuesBehindAStepThatFails) {
  submit(0, 4);
  under_way_.fail(0, "out of ink");
  engine_->poll();
  EXPECT_EQ(under_way_.requests(), Requests({1})) << "those under way go on";
  EXPECT_EQ(taken(), Requests({0, 2, 3, 4}));
  EXPECT_EQ(failure(), "out of ink");
  under_way_.end(0);
  EXPECT_EQ(taken(), Requests({1}));
}

TEST_F(AsyncEngine, FailsAStepThatCanNotBeStarted) {
  under_way_.refused = 1;
  submit(0, 0);
  EXPECT_THROW(engine_->submit(steps_[1], completions_), std::runtime_error);
  EXPECT_EQ(taken(), Requests()) << "it was thrown, and does not come back as well";
  submit(2, 2);
  EXPECT_EQ(under_way_.requests(), Requests({0, 2})) << "its slot is free";
}

TEST_F(AsyncEngine, FailsAQueuedStepThatCanNotBeStartedAndThoseBehindIt) {
  under_way_.refused = 2;
  submit(0, 4);
  under_way_.end(0);
  engine_->poll();
  EXPECT_EQ(under_way_.requests(), Requests({1}));
  EXPECT_EQ(taken(), Requests({0, 2, 3, 4}));
  EXPECT_EQ(failure(), "no ink");
}

}  // namespace
}  // namespace overlap
