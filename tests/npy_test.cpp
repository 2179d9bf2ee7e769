// NumPy's file format: the header's bytes, and NumPy reading it.
#include "src/base/npy.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <complex>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "tests/temporary_folder.hpp"

namespace overlap {
namespace {

TEST(NpyHeader, IsMagicVersionLengthAndDictionary) {
  const std::string header = npy_header("<f8", 7);
  ASSERT_GT(header.size(), 10U);
  EXPECT_EQ(header.substr(0, 8), std::string("\x93NUMPY\x01\x00", 8));
  const std::size_t length = static_cast<unsigned char>(header[8]) + 256U * static_cast<unsigned char>(header[9]);
  EXPECT_EQ(10 + length, header.size());
  const std::string dictionary = header.substr(10);
  EXPECT_EQ(dictionary.rfind("{'descr': '<f8', 'fortran_order': False, 'shape': (7,), }", 0), 0U) << dictionary;
  EXPECT_EQ(dictionary.find_last_not_of(" \n"), dictionary.find('}'));
}

TEST(NpyHeader, EndsInALineAndAMultipleOf64Bytes) {
  for (const char* type : {"<f8", "<c16"}) {
    for (std::uint64_t elements = 1; elements < std::numeric_limits<std::uint64_t>::max() / 10; elements *= 10) {
      const std::string header = npy_header(type, elements);
      EXPECT_EQ(header.size() % 64, 0U) << elements;
      EXPECT_EQ(header.back(), '\n') << elements;
      EXPECT_NE(header.find(fmt::format("({},)", elements)), std::string::npos);
    }
  }
}

template <typename Number>
void write_array(const std::string& path, const char* type, const std::vector<Number>& numbers) {
  const auto* bytes = reinterpret_cast<const char*>(numbers.data());
  testing::write_content(path, npy_header(type, numbers.size()) + std::string(bytes, numbers.size() * sizeof(Number)));
}

TEST(NpyHeader, IsReadByNumPyInEveryType) {
  if (std::string(OVERLAP_PYTHON).empty()) GTEST_SKIP() << "no Python with NumPy was found when this was configured";
  const testing::TemporaryFolder folder;
  write_array<double>(folder / "f8.npy", "<f8", {0.5, -1.25, 3.0});
  write_array<float>(folder / "f4.npy", "<f4", {0.5F, -1.25F});
  write_array<std::complex<double>>(folder / "c16.npy", "<c16", {{0.5, -2.0}});
  write_array<std::complex<float>>(folder / "c8.npy", "<c8", {{0.5F, -2.0F}, {1.0F, 0.0F}});
  const std::string command = fmt::format(
      "cd {} && {} -c \"\nimport numpy\nfor name in ['f8', 'f4', 'c16', 'c8']:\n"
      "  a = numpy.load(name + '.npy')\n  print(a.dtype, a.shape, a.tolist())\n\"",
      folder.path().string(), OVERLAP_PYTHON);
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(popen(command.c_str(), "r"), &pclose);
  ASSERT_NE(pipe, nullptr);
  std::string output;
  for (int byte = std::fgetc(pipe.get()); byte != EOF; byte = std::fgetc(pipe.get())) {
    output += static_cast<char>(byte);
  }
  EXPECT_EQ(output,
            "float64 (3,) [0.5, -1.25, 3.0]\n"
            "float32 (2,) [0.5, -1.25]\n"
            "complex128 (1,) [(0.5-2j)]\n"
            "complex64 (2,) [(0.5-2j), (1+0j)]\n");
}

}  // namespace
}  // namespace overlap
