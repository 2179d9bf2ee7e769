// A compute of one's own in C: sorts as many numbers as --size says. sort.py computes the same.
//
//     cc -O2 -shared -fPIC -I src docs/examples/sort.c -o sort.so
//     overlap run --compute sort.so --size 100k
#include <stdlib.h>

#include "overlap_compute.h"

static int ascending(const void* a, const void* b) {
  const double x = *(const double*)a;
  const double y = *(const double*)b;
  return (x > y) - (x < y);
}

// SplitMix64's next number, as a real in [0, 1).
static double next_real(uint64_t* state) {
  uint64_t z = *state += 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

uint64_t overlap_workspace_bytes(uint64_t size) { return size * sizeof(double); }

int overlap_compute(struct overlap_step* step) {
  // Whoever computes it, a step's numbers are its own: they follow from the seed, its request and its iteration.
  uint64_t state = step->seed ^ (step->request << 40) ^ (step->iteration << 20);
  double* numbers = step->workspace;
  for (uint64_t i = 0; i < step->size; ++i) numbers[i] = next_real(&state);
  qsort(numbers, step->size, sizeof *numbers, ascending);
  step->results[0] = numbers[0];
  step->results[1] = numbers[step->size / 2];
  step->results[2] = numbers[step->size - 1];
  return 0;
}
