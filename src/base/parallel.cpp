// Threads that take parts from a shared counter.
#include "src/base/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <system_error>
#include <thread>
#include <vector>

namespace overlap {

void in_parts(std::uint64_t parts, unsigned threads, const std::function<void(std::uint64_t)>& work) {
  std::atomic<std::uint64_t> next{0};
  const auto take_parts = [&]() noexcept {
    for (std::uint64_t part = next++; part < parts; part = next++) work(part);
  };
  std::vector<std::jthread> helpers;
  try {
    while (helpers.size() + 1 < std::min<std::uint64_t>(threads, parts)) helpers.emplace_back(take_parts);
  } catch (const std::system_error&) {
    // Those that could be started, and the caller, do it all.
  }
  take_parts();
}

}  // namespace overlap
