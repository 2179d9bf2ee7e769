// The broken engines, and one that is merely late.
#pragma once

#include "src/run/registry.hpp"

namespace overlap::faulty {

/// Wrong numbers: `nothing`, `wrong-input`, `skips`, `half-unwritten`, `unchecked`.
void add_wrong_engines(Registry& registry);

/// No numbers: `throws`, `throws-in-setup`, `dies`, `dies-in-slot`, `aborts`, `exits`, `orphans`, `hangs`,
/// `hangs-in-setup`, `unavailable`.
void add_failing_engines(Registry& registry);

/// Steps that complete on another thread and out of order: `late`, which is right, and `late-throws`.
void add_late_engines(Registry& registry);

/// Steps that complete in poll alone: `polled`, which is right.
void add_polled_engine(Registry& registry);

/// Steps on a fake device: `device`, `device-copy`, which are right, and `device-hangs-in-setup`.
void add_device_engines(Registry& registry);

}  // namespace overlap::faulty
