"""A compute of one's own in pure Python: sorts as many numbers as --size says. sort.c computes the same.

    overlap run --compute docs/examples/sort.py --size 10k
"""

MASK = 2**64 - 1


def reals(state, count):
    """SplitMix64's next numbers, as reals in [0, 1)."""
    for _ in range(count):
        state = (state + 0x9E3779B97F4A7C15) & MASK
        z = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9 & MASK
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB & MASK
        yield ((z ^ (z >> 31)) >> 11) * 2.0**-53


def compute(request, iteration, size, seed):
    # Whoever computes it, a step's numbers are its own: they follow from the seed, its request and its iteration.
    numbers = sorted(reals(seed ^ request << 40 ^ iteration << 20, size))
    return numbers[0], numbers[size // 2], numbers[-1]
