// Engines on a fake device: `device`, which is right, and one whose device never opens.
#include "tests/fake_device.hpp"
#include "tests/faulty/engines.hpp"

namespace overlap::faulty {

void add_device_engines(Registry& registry) {
  registry.add(fake_device_engine("device", DataPlace::device, {}));
  registry.add(fake_device_engine("device-copy", DataPlace::host, {}));
  FakeDeviceOptions hanging;
  hanging.hangs_in_open = true;
  DeviceLimits short_limits;
  short_limits.setup_s = 0.05;
  registry.add(fake_device_engine("device-hangs-in-setup", DataPlace::device, hanging, short_limits));
}

}  // namespace overlap::faulty
