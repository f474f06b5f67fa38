# An input that runs the very iterator that reads it: what was ended meanwhile must not be read again.
import itertools
import sys

if sys.implementation.name != "hognose":
    sys.exit()  # CPython 3.14.8 itself crashes (segmentation fault) on one of these


class Reentrant:
    def __init__(self, make):
        self.steps = 0
        self.iterator = make(self)

    def __iter__(self):
        return self

    def __next__(self):
        self.steps += 1
        if self.steps > 3:
            raise StopIteration
        list(self.iterator)
        return self.steps


def run(make):
    list(Reentrant(make).iterator)


run(lambda it: itertools.batched(it, 2))
run(lambda it: itertools.compress(it, [1] * 9))
run(lambda it: itertools.chain(it, [1]))
run(lambda it: itertools.filterfalse(None, it))
run(lambda it: itertools.dropwhile(bool, it))
run(lambda it: itertools.islice(it, 1, None))
run(lambda it: itertools.pairwise(it))
run(lambda it: itertools.accumulate(it))
run(lambda it: itertools.zip_longest(it, "ab"))
