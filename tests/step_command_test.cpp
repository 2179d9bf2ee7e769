// `overlap step`, driven as a process: a step's numbers, and that NumPy makes the same of them.
#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <numbers>
#include <string>
#include <vector>

#include "src/workload/philox.hpp"
#include "tests/command_line.hpp"
#include "tests/process.hpp"
#include "tests/temporary_folder.hpp"

namespace overlap {
namespace {

using nlohmann::json;
using testing::Arguments;
using testing::Command;
using testing::contains;
using testing::content_of;
using testing::expect_usage_error;
using testing::Output;
using testing::overlap;
using testing::quick_with;
using testing::report_of;
using testing::TemporaryFolder;
using testing::tool;
using testing::write_content;

struct StepCase {
  std::uint64_t size = 64;
  std::string precision = "double";
  std::string spectrum = "full";
  std::string seed = "1";
  std::uint64_t request = 0;
  std::uint64_t iteration = 0;
};

Output save_step(const StepCase& step, const std::string& input, const std::string& spectrum) {
  return overlap({"step", "--size", std::to_string(step.size), "--precision", step.precision, "--spectrum",
                  step.spectrum, "--seed", step.seed, "--request", std::to_string(step.request), "--iteration",
                  std::to_string(step.iteration), "--save-input", input, "--save-spectrum", spectrum});
}

/// The numbers of a file, after a look at its header.
template <typename Number>
std::vector<Number> read_npy(const std::string& path, const std::string& type) {
  const std::string content = content_of(path);
  EXPECT_EQ(content.substr(0, 8), std::string("\x93NUMPY\x01\x00", 8));
  if (content.size() < 10) return {};
  const auto byte = [&](std::size_t index) { return static_cast<unsigned char>(content[index]); };
  const std::size_t data = 10 + byte(8) + 256U * byte(9);
  EXPECT_EQ(data % 64, 0U);
  const std::string header = content.substr(10, data - 10);
  EXPECT_EQ(header.back(), '\n');
  EXPECT_TRUE(contains(header, "'descr': '" + type + "'")) << header;
  EXPECT_TRUE(contains(header, "'fortran_order': False")) << header;
  std::vector<Number> numbers((content.size() - data) / sizeof(Number));
  EXPECT_TRUE(contains(header, "'shape': (" + std::to_string(numbers.size()) + ",)")) << header;
  std::memcpy(numbers.data(), content.data() + data, numbers.size() * sizeof(Number));
  return numbers;
}

template <typename Real>
void expect_transformed(const StepCase& step, const std::string& real_type, const std::string& complex_type,
                        double tolerance) {
  const TemporaryFolder folder;
  const Output output = save_step(step, folder / "x.npy", folder / "z.npy");
  ASSERT_EQ(output.status, 0) << output.err;
  EXPECT_EQ(folder.entries(), 2U);
  std::vector<Real> expected(step.size);
  generate_inputs<Real>(std::stoull(step.seed), step.request, step.iteration, 0, expected);
  EXPECT_EQ(read_npy<Real>(folder / "x.npy", real_type), expected);
  const auto bins = read_npy<std::complex<Real>>(folder / "z.npy", complex_type);
  ASSERT_EQ(bins.size(), step.spectrum == "full" ? step.size : step.size / 2 + 1);
  for (std::uint64_t k = 0; k < bins.size(); ++k) {
    std::complex<long double> sum;
    for (std::uint64_t n = 0; n < step.size; ++n) {
      const long double turn = static_cast<long double>(k * n % step.size) / static_cast<long double>(step.size);
      sum += static_cast<long double>(expected[n]) * std::polar(1.0L, -2.0L * std::numbers::pi_v<long double> * turn);
    }
    const std::complex<double> wanted(static_cast<double>(sum.real()), static_cast<double>(sum.imag()));
    EXPECT_NEAR(std::abs(std::complex<double>(bins[k]) - wanted), 0.0, tolerance) << "bin " << k;
  }
}

TEST(StepCommand, SavesTheInputAndItsDiscreteFourierTransform) {
  expect_transformed<double>({.size = 64, .request = 3, .iteration = 2}, "<f8", "<c16", 1e-12);
  expect_transformed<double>({.size = 63, .seed = "18446744073709551615"}, "<f8", "<c16", 1e-12);
  expect_transformed<double>({.size = 1}, "<f8", "<c16", 1e-15);
  expect_transformed<double>({.size = 2, .spectrum = "half"}, "<f8", "<c16", 1e-15);
  expect_transformed<double>({.size = 99, .spectrum = "half"}, "<f8", "<c16", 1e-12);
  expect_transformed<float>({.size = 64, .precision = "float"}, "<f4", "<c8", 1e-4);
  expect_transformed<float>({.size = 63, .precision = "float", .spectrum = "half"}, "<f4", "<c8", 1e-4);
}

TEST(StepCommand, PrintsWhatTheRunRecords) {
  const json report = report_of(quick_with({"--executors", "sequential"}));
  const json& steps = report.at("runs").at(0).at("steps");
  const Output output = overlap({"step", "--requests", "4", "--iterations", "3", "--size", "64", "--wait",
                                 "uniform:0:4ms", "--request", "2", "--iteration", "1"});
  ASSERT_EQ(output.status, 0);
  const std::size_t index = 2 * 3 + 1;
  const auto number_after = [&](const std::string& name) {
    const std::size_t at = output.out.find(name);
    EXPECT_NE(at, std::string::npos) << name;
    return at == std::string::npos ? std::nan("") : std::stod(output.out.substr(at + name.size()));
  };
  EXPECT_EQ(number_after("input energy "), steps.at("input_energy").at(index).get<double>());
  EXPECT_EQ(number_after("spectrum energy "), steps.at("spectrum_energy").at(index).get<double>());
  EXPECT_DOUBLE_EQ(number_after("wait "), steps.at("wait_s").at(index).get<double>());
  EXPECT_EQ(number_after("bin " + std::to_string(steps.at("bin").at(index).get<int>()) + " "),
            steps.at("bin_re").at(index).get<double>());
}

TEST(StepCommand, KeepsAnExistingFileWholeWhenItFails) {
  const TemporaryFolder folder;
  write_content(folder / "x.npy", "kept");
  expect_usage_error({"step", "--size", "64", "--request", "99", "--save-input", folder / "x.npy"}, {"--request"});
  Command limited = tool({"step", "--size", "64k", "--save-input", folder / "x.npy"});
  limited.largest_file_bytes = 4096;
  EXPECT_EQ(testing::run(limited).status, 1);
  EXPECT_EQ(content_of(folder / "x.npy"), "kept");
  EXPECT_EQ(folder.entries(), 1U);
}

/// Runs a script with NumPy; it prints nothing where all is as it should be.
void expect_numpy_agrees(const std::string& script, const Arguments& arguments) {
  Command command;
  command.program = OVERLAP_PYTHON;
  command.arguments = Arguments{"-c", script} + arguments;
  const Output output = testing::run(command);
  EXPECT_EQ(output.status, 0) << output.err;
  EXPECT_EQ(output.out, "");
}

bool has_numpy() { return !std::string(OVERLAP_PYTHON).empty(); }

constexpr const char* compare_steps = R"(
import json, sys
import numpy as np
for case in json.load(open(sys.argv[1])):
    n, seed, i, j = case["size"], int(case["seed"]), case["request"], case["iteration"]
    x, z = np.load(case["input"]), np.load(case["output"])
    key, counter = seed + (1 << 64), ((j << 128) + (i << 64) - 1) % 2**256
    drawn = np.random.Generator(np.random.Philox(key=key, counter=counter)).random(n)
    single = case["precision"] == "float"
    expected = drawn.astype(np.float32) if single else drawn
    if x.dtype != expected.dtype or not np.array_equal(x, expected):
        print("input differs:", case)
    transform = np.fft.fft if case["spectrum"] == "full" else np.fft.rfft
    spectrum = transform(expected.astype(np.float64))
    if z.dtype != (np.complex64 if single else np.complex128) or z.shape != spectrum.shape:
        print("spectrum has another type or shape:", case, z.dtype, z.shape)
    elif np.abs(z - spectrum).max() > (1e-6 if single else 1e-14) * np.log2(2 * n) * expected.sum():
        print("spectrum differs:", case, np.abs(z - spectrum).max())
)";

TEST(StepCommand, SavesWhatNumPyMakes) {
  if (!has_numpy()) GTEST_SKIP() << "no Python with NumPy was found when the build was configured";
  const TemporaryFolder folder;
  json cases = json::array();
  for (const StepCase& step : std::vector<StepCase>{{.size = 4096},
                                                    {.size = 4096, .request = 7, .iteration = 3},
                                                    {.size = 1001, .seed = "0", .request = 9, .iteration = 4},
                                                    {.size = 1001, .seed = "18446744073709551615", .request = 1},
                                                    {.size = 1},
                                                    {.size = 2, .iteration = 1},
                                                    {.size = 3, .seed = "42"},
                                                    {.size = 65537, .request = 2},
                                                    {.size = 4096, .spectrum = "half"},
                                                    {.size = 1001, .spectrum = "half", .request = 5},
                                                    {.size = 1, .spectrum = "half"},
                                                    {.size = 4096, .precision = "float"},
                                                    {.size = 1001, .precision = "float", .request = 5},
                                                    {.size = 999, .precision = "float", .spectrum = "half"}}) {
    const std::string name = std::to_string(cases.size());
    const json saved = {{"size", step.size},
                        {"precision", step.precision},
                        {"spectrum", step.spectrum},
                        {"seed", step.seed},
                        {"request", step.request},
                        {"iteration", step.iteration},
                        {"input", folder / ("x" + name)},
                        {"output", folder / ("z" + name)}};
    ASSERT_EQ(save_step(step, saved.at("input"), saved.at("output")).status, 0) << saved;
    cases.push_back(saved);
  }
  write_content(folder / "cases.json", cases.dump());
  expect_numpy_agrees(compare_steps, {folder / "cases.json"});
}

constexpr const char* compare_waits = R"(
import json, sys
import numpy as np
for path in sys.argv[1:]:
    report = json.load(open(path))
    kind, *parameters = report["workload"]["wait"].split(":")
    parameters = [float(text) for text in parameters]
    for run in report["runs"]:
        steps = run["steps"]
        for i, j, wait_s in zip(steps["request"], steps["iteration"], steps["wait_s"]):
            counter = ((j << 128) + (i << 64) - 1) % 2**256
            u = np.random.Generator(np.random.Philox(key=report["workload"]["seed"], counter=counter)).random()
            if kind == "uniform":
                expected = parameters[0] + u * (parameters[1] - parameters[0])
            else:
                expected = -parameters[0] * np.log1p(-u)
            if abs(wait_s - expected) > 1e-9:
                print("wait differs:", path, run["executor"], i, j, wait_s, expected)
)";

TEST(CommandLine, WaitsAreWhatNumPyDraws) {
  if (!has_numpy()) GTEST_SKIP() << "no Python with NumPy was found when the build was configured";
  const TemporaryFolder folder;
  const auto save = [&](const std::string& name, const char* wait, const char* seed) {
    const Output output = overlap({"run", "--requests", "4", "--iterations", "3", "--size", "16", "--wait", wait,
                                   "--seed", seed, "--executors", "*/fftw", "--output", folder / name});
    EXPECT_EQ(output.status, 0) << output.err;
    return folder / name;
  };
  expect_numpy_agrees(compare_waits, {save("uniform.json", "uniform:0:4ms", "1"),
                                      save("above.json", "uniform:1ms:3ms", "18446744073709551615"),
                                      save("exponential.json", "exponential:1ms", "5")});
}

TEST(Step, FailsWhereWhatItPrintsCannotBeWritten) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "this system has no /dev/full";
  testing::Command command;
  command.program = "/bin/sh";
  command.arguments = {"-c", OVERLAP_BINARY " step --size 64 >/dev/full"};
  const Output output = testing::Process(command).finish();
  EXPECT_EQ(output.status, 1);
  EXPECT_TRUE(contains(output.err, "No space left on device")) << output.err;
}

}  // namespace
}  // namespace overlap
