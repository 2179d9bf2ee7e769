"""A compute of one's own in pure Python: sorts as many numbers as --size says.

    overlap run --compute docs/examples/sort.py --size 100k
"""

import random


def compute(request, iteration, size, seed):
    # Whoever computes it, a step's numbers are its own: they follow from the seed, its request and its iteration.
    numbers = random.Random(f"{seed} {request} {iteration}")
    ordered = sorted(numbers.random() for _ in range(size))
    return ordered[0], ordered[size // 2], ordered[-1]
