// Driver `sequential`: one request after the other, on one thread.
#include "cpu/drivers/drivers.hpp"

#include "cpu/drivers/blocking_request.hpp"
#include "src/base/errors.hpp"

namespace overlap {
namespace {

class SequentialDriver final : public Driver {
 public:
  void run(RunContext& context) override {
    announce_worker(context, 0);
    try {
      for (std::uint64_t request = 0; request < context.workload.requests; ++request) {
        if (!await_request(context, request) || !take_request(context, request, 0, now_ns())) break;
      }
    } catch (const std::exception& error) {
      context.recording.fail(text_of(error));
    }
    if (context.recording.failed()) throw RunFailed(context.recording.error());
  }
};

}  // namespace

DriverInfo sequential_driver() {
  DriverInfo info;
  info.name = "sequential";
  info.description = "one request after the other, on one thread";
  info.kind = DriverInfo::Kind::one_at_a_time;
  info.make = [] { return std::make_unique<SequentialDriver>(); };
  return info;
}

}  // namespace overlap
