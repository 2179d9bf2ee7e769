// A compute of your own, to be run in place of the FFT by `overlap run --compute FILE.so`: in C, or in anything that
// makes shared libraries of C functions. It has overlap_compute, overlap_start or both. docs/own_compute.md has examples.
//
//     cc -O2 -shared -fPIC -I src mine.c -o mine.so
#ifndef OVERLAP_COMPUTE_H
#define OVERLAP_COMPUTE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define OVERLAP_EXPORT __attribute__((visibility("default")))

// The interface's version is in these names, so that a library of another version is known by them.
#define overlap_compute overlap_compute_v1
#define overlap_start overlap_start_v1

struct overlap_step {
  uint64_t request;  // which step it is: requests, and the iterations of each, count from 0; setup repeats them
  uint64_t iteration;
  uint64_t size;      // --size, to be taken for whatever makes a step larger
  uint64_t seed;      // --seed
  void* workspace;    // of overlap_workspace_bytes bytes, aligned to 64; NULL where they are 0
  double results[4];  // what the step leaves; 0 before it
  const char* error;  // why it failed, where there is more to say; NULL before it
};

// Computes a step and returns 0 when it is done. Any other value fails the run; C++ may throw instead.
//
// Many threads call it at once, each with a workspace that is no other's meanwhile. A workspace holds what the step
// before left there, and zeros at first. Where processes share workspaces (--compute-slots), they lie in shared memory:
// a pointer in one means nothing to the next process that uses it.
//
// The same request and iteration have to leave the same results, whoever computes them, within a relative 1e-6: that is
// how rows are verified. An infinity agrees with itself; NaN agrees with nothing, so that a step that leaves it fails
// verification.
OVERLAP_EXPORT int overlap_compute(struct overlap_step* step);

// How a step that overlap_start began is told to be over: with what overlap_compute would have returned, once, from any
// thread. The step and its workspace are the library's until then, and not after. Nothing of the library is called
// within it, so that a GPU's callback can call it.
typedef void overlap_done(struct overlap_step* step, int status);

// Starts a step that a device, or threads of the library's own, compute, and returns 0 without waiting for it; `done`
// tells of its end, be it before this returns. Any other value fails the run, and `done` is not called then. What is
// said of overlap_compute holds of it, too. Where a library has no overlap_compute, whoever blocks starts a step and
// waits.
OVERLAP_EXPORT int overlap_start(struct overlap_step* step, overlap_done* done);

// The bytes that a step of this size works in. May be left out, and is 0 then.
OVERLAP_EXPORT uint64_t overlap_workspace_bytes(uint64_t size);

// Called once in setup, before any step, and before processes are forked, which inherit all that it made but threads and
// what is a process's own, such as a GPU's context. Returns 0; any other value fails the run. May be left out.
OVERLAP_EXPORT int overlap_prepare(uint64_t size, uint64_t seed);

#ifdef __cplusplus
}
#endif

#endif
