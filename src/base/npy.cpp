// The .npy header.
#include "src/base/npy.hpp"

#include <fmt/format.h>

namespace overlap {

std::string npy_header(std::string_view type, std::uint64_t elements) {
  constexpr std::string_view magic("\x93NUMPY\x01\x00", 8);
  constexpr std::size_t length_bytes = 2;
  constexpr std::size_t alignment = 64;
  std::string dictionary = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({},), }}", type, elements);
  while ((magic.size() + length_bytes + dictionary.size() + 1) % alignment != 0) dictionary += ' ';
  dictionary += '\n';
  const auto low = static_cast<char>(dictionary.size() & 0xff);
  const auto high = static_cast<char>(dictionary.size() >> 8);
  return std::string(magic) + low + high + dictionary;
}

}  // namespace overlap
