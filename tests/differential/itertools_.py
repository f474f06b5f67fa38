# itertools_.py: itertools against what its documentation says each does, as generators.

import itertools as native
import operator
import types

import harness


class Recipes:
    def accumulate(values, function=operator.add, *, initial=None):
        values = iter(values)
        total = initial
        if initial is None:
            try:
                total = next(values)
            except StopIteration:
                return
        yield total
        for value in values:
            total = function(total, value)
            yield total

    def batched(values, n, *, strict=False):
        if n < 1:
            raise ValueError("n must be at least one")
        return Recipes.batches(values, n, strict)

    def batches(values, n, strict):
        values = iter(values)
        while batch := tuple(native.islice(values, n)):
            if strict and len(batch) != n:
                raise ValueError("batched(): incomplete batch")
            yield batch

    def chain(*several):
        for values in several:
            yield from values

    def combinations(values, count):
        pool = tuple(values)
        if count < 0:
            raise ValueError("r must be non-negative")

        def pick(start, left):
            if not left:
                yield ()
                return
            for at in range(start, len(pool) - left + 1):
                for rest in pick(at + 1, left - 1):
                    yield (pool[at], *rest)
        return pick(0, count)

    def combinations_with_replacement(values, count):
        pool = tuple(values)
        if count < 0:
            raise ValueError("r must be non-negative")

        def pick(start, left):
            if not left:
                yield ()
                return
            for at in range(start, len(pool)):
                for rest in pick(at, left - 1):
                    yield (pool[at], *rest)
        return pick(0, count)

    def permutations(values, count=None):
        pool = tuple(values)
        count = len(pool) if count is None else count
        if count < 0:
            raise ValueError("r must be non-negative")

        def pick(free, left):
            if not left:
                yield ()
                return
            for at in free:
                for rest in pick([other for other in free if other != at], left - 1):
                    yield (pool[at], *rest)
        return pick(list(range(len(pool))), count)

    def product(*several, repeat=1):
        if repeat < 0:
            raise ValueError("repeat argument cannot be negative")
        pools, found = [tuple(values) for values in several] * repeat, [()]
        for pool in pools:
            found = [made + (value,) for made in found for value in pool]
        return iter(found)

    def compress(values, chosen):
        return (value for value, choice in zip(values, chosen) if choice)

    def dropwhile(test, values):
        values = iter(values)
        for value in values:
            if not test(value):
                yield value
                break
        yield from values

    def takewhile(test, values):
        for value in values:
            if not test(value):
                return
            yield value

    def filterfalse(test, values):
        return (value for value in values if not (bool if test is None else test)(value))

    def starmap(function, values):
        return (function(*args) for args in values)

    def pairwise(values):
        values = list(values)
        return zip(values, values[1:])

    def zip_longest(*several, fillvalue=None):
        pools = [list(values) for values in several]
        for at in range(max(map(len, pools), default=0)):
            yield tuple(pool[at] if at < len(pool) else fillvalue for pool in pools)

    def islice(values, *bounds):
        chosen = slice(*bounds)
        for bound in (chosen.start, chosen.stop, chosen.step):
            if bound is not None and (not isinstance(bound, int) or bound < (bound is chosen.step)):
                raise ValueError("Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.")
        return iter(list(values)[chosen])

    def groupby(values, key=None):
        runs = []
        for value in values:
            name = value if key is None else key(value)
            if not runs or runs[-1][0] != name:
                runs.append((name, []))
            runs[-1][1].append(value)
        return iter([(name, tuple(run)) for name, run in runs])

    def count(start=0, step=1):
        while True:
            yield start
            start += step

    def cycle(values):
        kept = list(values)
        while kept:
            yield from kept

    def repeat(value, times=None):
        return iter([value] * (30 if times is None else times))


recipes = types.SimpleNamespace(**{name: function for name, function in vars(Recipes).items() if not name.startswith("__") and name != "batches"})


def broken(values):
    yield from values
    raise ZeroDivisionError("broken")


def run(module, name, args, named, breaks):
    args = [broken(value) if breaks and isinstance(value, list) else value for value in args]
    made = getattr(module, name)(*args, **named)
    log = []
    try:
        for item in made:
            if name == "groupby":
                item = item[0], tuple(item[1])
            log.append(item)
            if len(log) > 60:
                break
    except Exception as error:
        log.append(harness.Failed(error))
    return log


def case(r, agree):
    def some(most=5):
        return [r.randint(-2, 3) for _ in range(r.randint(0, most))]

    small = r.randint(-1, 4)
    named = {}
    name = r.choice([name for name in vars(recipes)])
    test = r.choice((lambda value: value > 0, lambda value: value == 1, bool))
    if name == "accumulate":
        args = [some(), *r.choice(([], [operator.mul], [max]))]
        named = r.choice(({}, {"initial": 5}, {"initial": None}))
    elif name == "batched":
        args, named = [some(9), small], r.choice(({}, {"strict": True}))
    elif name in ("chain", "zip_longest", "product"):
        args = [some(4) for _ in range(r.randint(0, 3))]
        named = {"zip_longest": r.choice(({}, {"fillvalue": "x"})), "product": r.choice(({}, {"repeat": r.randint(-1, 2)}))}.get(name, {})
    elif name.startswith("combinations") or name == "permutations":
        args = [some(), small]
    elif name == "compress":
        args = [some(), some()]
    elif name in ("dropwhile", "takewhile", "filterfalse"):
        args = [test, some()]
    elif name == "starmap":
        args = [r.choice((max, divmod, pow)), [(r.randint(0, 5), r.randint(-1, 5)) for _ in range(3)]]
    elif name in ("pairwise", "cycle"):
        args = [some()]
    elif name == "islice":
        args = [some(9), *[r.choice((None, 0, 1, 2, 5, -1, "x")) for _ in range(r.randint(1, 3))]]
        if args[1:] == [None] * 3 or len(args) == 4 and args[3] is not None and not isinstance(args[3], int):
            args[3] = 1
    elif name == "groupby":
        args = [some(9), *r.choice(([], [abs], [test]))]
    elif name == "count":
        args = [r.choice((0, -5, 2.5, 2**62 - 2, 2**63 - 3, 2**64, 1j)), r.choice((1, -1, 0, 2**62, 0.5, 3))][: r.randint(0, 2)]
    else:
        args = [r.randint(0, 3), *r.choice(([5], [0], [-2]))]
    breaks = r.random() < 0.2 and name not in ("starmap", "pairwise", "product", "permutations", "zip_longest", "islice", "cycle", "groupby", "batched") and "combin" not in name
    agree(f"{name} {args} {named}", lambda: run(native, name, args, named, breaks), lambda: run(recipes, name, args, named, breaks), loose="any")
    made = harness.attempt(lambda: getattr(native, name)(*args, **named))
    agree("repr", lambda: repr(made) if name in ("count", "repeat") else type(made).__name__)
    one, two = native.tee(iter(some(9)))
    steps = some(12)
    agree("tee", lambda: [next(one if step > 0 else two, "end") for step in steps] + list(one) + list(two))
    agree("wrong", lambda: getattr(native, name)(*r.choice(((), (3,), (None, None), ([], -1), (1, 2, 3, 4, 5)))) and None)


if __name__ == "__main__":
    harness.main(case)
