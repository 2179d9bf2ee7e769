// Signals by name.
#pragma once

#include <cstring>
#include <string>

namespace overlap {

/// "SIGKILL (Killed)"; "signal 99" for one without a name.
inline std::string signal_name(int signal) {
  const char* name = sigabbrev_np(signal);
  if (name == nullptr) return "signal " + std::to_string(signal);
  return std::string("SIG") + name + " (" + sigdescr_np(signal) + ")";
}

}  // namespace overlap
