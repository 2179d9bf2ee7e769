// What this binary was built from: version, commit, compiler and flags, for `--version` and for every report.
#pragma once

namespace overlap {

struct BuildInfo {
  const char* version;   // of the project, as "0.1.0"
  const char* commit;    // `git describe` at build time, with a + if the tree had changes; "unknown" outside git
  const char* compiler;  // name and version, as "GNU 12.2.0"
  const char* flags;     // what decides speed and instrumentation, as "-O3 -DNDEBUG"
};

// Valid for as long as the program runs; may be called from any thread.
const BuildInfo& build_info();

}  // namespace overlap
