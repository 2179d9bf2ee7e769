// How often to write anew what grows with each writing, so that writing takes no more than a share of the time.
#pragma once

#include <cstdint>

namespace overlap {

/// After a save, time passes before the next is due: nine times as long as the save took, so that saving takes a tenth
/// of the time at most.
class SavePace {
 public:
  bool is_due(std::int64_t now_ns) const noexcept { return now_ns >= due_ns_; }

  void saved(std::int64_t begin_ns, std::int64_t end_ns) noexcept {
    constexpr std::int64_t other_parts = 9;
    due_ns_ = end_ns + other_parts * (end_ns - begin_ns);
  }

 private:
  std::int64_t due_ns_ = 0;
};

}  // namespace overlap
