// What a step does to each of its numbers on a GPU: generation, conjugate fill and the digest's terms, as functors that
// g++ compiles too, for tests on the host.
#pragma once

#if defined(__CUDACC__)
#define OVERLAP_HOST_DEVICE __host__ __device__
// Random123 says __device__ alone, and then no function for both sides could call it.
#if !defined(R123_CUDA_DEVICE)
#define R123_CUDA_DEVICE OVERLAP_HOST_DEVICE
#endif
// And it includes all of the CPU's vector instructions, which CUDA 12.4's nvcc can't read as g++ 13.3 has them.
#define R123_USE_SSE 0
#define R123_USE_X86INTRIN_H 0
#else
#define OVERLAP_HOST_DEVICE
#endif

#include <cstdint>

#include "src/workload/philox.hpp"

namespace overlap {

// A functor has two halves, so that a kernel can load several elements before it finishes the first: `load(i)` reads
// or makes element i, `operator()(i, element)` stores what is to be stored and returns the element's term of an energy,
// in double. Elements are independent of each other. Pointers are to memory aligned to 16 bytes.

/// A complex bin, as cuFFT and std::complex lay it out.
template <typename Real>
struct alignas(2 * sizeof(Real)) Bin {
  Real re;
  Real im;
};

/// Four inputs: what a block of Philox makes.
template <typename Real>
struct Quad {
  Real values[4];
};

/// As many reals as a GPU moves at once.
template <typename Real>
struct alignas(16) Packet {
  static constexpr unsigned size = 16 / sizeof(Real);
  Real values[size];
};

OVERLAP_HOST_DEVICE constexpr std::uint64_t quads_of(std::uint64_t size) { return size / 4 + (size % 4 != 0 ? 1 : 0); }

/// Bins that a real-to-complex transform leaves.
OVERLAP_HOST_DEVICE constexpr std::uint64_t half_bins_of(std::uint64_t size) { return size / 2 + 1; }

template <typename Real>
OVERLAP_HOST_DEVICE inline double energy_of(const Quad<Real>& quad) {
  double squares[4];
  for (unsigned lane = 0; lane < 4; ++lane) {
    squares[lane] = static_cast<double>(quad.values[lane]) * static_cast<double>(quad.values[lane]);
  }
  return (squares[0] + squares[1]) + (squares[2] + squares[3]);
}

/// Makes the inputs of a step, four at a time, for i in [0, quads_of(size)). Past the end it writes nothing.
template <typename Real>
struct GenerateQuad {
  Real* inputs;
  std::uint64_t size;
  std::uint64_t seed;
  std::uint64_t request;
  std::uint64_t iteration;

  OVERLAP_HOST_DEVICE Quad<Real> load(std::uint64_t i) const {
    const r123::Philox4x64 philox;
    const r123::Philox4x64::ctr_type counter{{i, request, iteration, 0}};
    const r123::Philox4x64::key_type key{{seed, static_cast<std::uint64_t>(Stream::inputs)}};
    const r123::Philox4x64::ctr_type numbers = philox(counter, key);
    Quad<Real> quad{};
    for (unsigned lane = 0; lane < 4; ++lane) {
      quad.values[lane] = 4 * i + lane < size ? real_of(numbers.v[lane]) : Real{0};
    }
    return quad;
  }

  OVERLAP_HOST_DEVICE double operator()(std::uint64_t i, const Quad<Real>& quad) const {
    if (4 * i + 4 <= size) {
      auto* packets = reinterpret_cast<Packet<Real>*>(inputs + 4 * i);
      for (unsigned p = 0; p < 4 / Packet<Real>::size; ++p) {
        Packet<Real> packet{};
        for (unsigned v = 0; v < Packet<Real>::size; ++v) packet.values[v] = quad.values[p * Packet<Real>::size + v];
        packets[p] = packet;
      }
    } else {
      for (unsigned lane = 0; lane < 4; ++lane) {
        if (4 * i + lane < size) inputs[4 * i + lane] = quad.values[lane];
      }
    }
    return energy_of(quad);
  }

 private:
  OVERLAP_HOST_DEVICE static Real real_of(std::uint64_t number) {
    return static_cast<Real>(static_cast<double>(number >> 11) * 0x1p-53);
  }
};

/// Σs² of inputs that are there already, four at a time, for i in [0, quads_of(size)): in the order of GenerateQuad's,
/// so that both give the same energy.
template <typename Real>
struct SquareQuad {
  const Real* inputs;
  std::uint64_t size;

  OVERLAP_HOST_DEVICE Quad<Real> load(std::uint64_t i) const {
    Quad<Real> quad{};
    if (4 * i + 4 <= size) {
      const auto* packets = reinterpret_cast<const Packet<Real>*>(inputs + 4 * i);
      for (unsigned p = 0; p < 4 / Packet<Real>::size; ++p) {
        const Packet<Real> packet = packets[p];
        for (unsigned v = 0; v < Packet<Real>::size; ++v) quad.values[p * Packet<Real>::size + v] = packet.values[v];
      }
    } else {
      for (unsigned lane = 0; lane < 4; ++lane)
        quad.values[lane] = 4 * i + lane < size ? inputs[4 * i + lane] : Real{0};
    }
    return quad;
  }

  OVERLAP_HOST_DEVICE double operator()(std::uint64_t /*i*/, const Quad<Real>& quad) const { return energy_of(quad); }
};

/// Takes the bins i in [0, half_bins_of(size)) of a real-to-complex transform: writes the conjugate to the mirror bin
/// where the spectrum is full, and counts a bin that has one twice.
template <typename Real>
struct FillBin {
  Bin<Real>* bins;
  std::uint64_t size;
  bool full;

  OVERLAP_HOST_DEVICE Bin<Real> load(std::uint64_t i) const { return bins[i]; }

  OVERLAP_HOST_DEVICE double operator()(std::uint64_t i, const Bin<Real>& bin) const {
    const auto re = static_cast<double>(bin.re);
    const auto im = static_cast<double>(bin.im);
    const double energy = re * re + im * im;
    const bool is_own_mirror = i == 0 || i == size - i;
    if (is_own_mirror) return energy;
    if (full) bins[size - i] = Bin<Real>{bin.re, -bin.im};
    return 2.0 * energy;
  }
};

}  // namespace overlap
