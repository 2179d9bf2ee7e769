// NumPy's file format (.npy, version 1.0): one array of one dimension, little-endian.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace overlap {

/// The header of a file whose data follow it as they lie in memory. `type` is NumPy's: "<f8", "<c16", "<f4", "<c8".
std::string npy_header(std::string_view type, std::uint64_t elements);

}  // namespace overlap
