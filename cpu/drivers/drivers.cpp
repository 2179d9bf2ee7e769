// All drivers, in their order.
#include "cpu/drivers/drivers.hpp"

namespace overlap {

void add_drivers(Registry& registry) {
  registry.add(sequential_driver());
  registry.add(coroutine_driver());
  registry.add(threads_driver());
  registry.add(processes_driver());
}

}  // namespace overlap
