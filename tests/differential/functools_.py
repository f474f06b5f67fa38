# functools_.py: _functools against the pure cmp_to_key, reduce, partial and lru_cache of functools.

import functools as native

import harness

pure = harness.pure("functools", "_functools")


def compare(left, right):
    if left == right == 7:
        raise ValueError("seven")
    return (left > right) - (left < right)


def keys(module, values):
    key = module.cmp_to_key(compare)
    first, second = key(values[0]), key(values[-1])
    return (sorted(values, key=key), first < second, first <= second, first == second, first > second, first >= second,
            harness.attempt(hash, first), isinstance(harness.attempt(lambda: first < 3), harness.Failed))


def fold(module, values, start):
    return module.reduce(lambda a, b: [a, b], iter(values), *start)


class Loud:
    def __init__(self, name):
        self.name = name

    def __call__(self, *args, **named):
        return self.name, args, named

    def __repr__(self):
        return self.name


class Holder:
    pass


def partials(module, inner, outer, call):
    rest = [module.Placeholder if value == "_" else value for value in inner[0]]
    made = module.partial(Loud("f"), *rest, **inner[1])
    again = module.partial(made, *outer[0], **outer[1])
    log = [made.args if "_" not in inner[0] else len(made.args), made.keywords, again.keywords, again.func,
           harness.attempt(again, *call[0], **call[1]), harness.attempt(made, *call[0])]
    if "_" not in inner[0]:
        log += [repr(made).replace("functools.", ""), repr(again)]
    holder = type("C", (), {"m": made})
    log.append(harness.attempt(lambda: str(holder().m(1)).count("object")))
    made.extra = 3
    log += [vars(made), harness.attempt(lambda: module.partial(3)), harness.attempt(lambda: module.partial())]
    return log


def cached(module, size, typed, calls):
    log = []

    @module.lru_cache(maxsize=size, typed=typed)
    def work(*args, **named):
        log.append((args, named))
        if args and args[0] == 5:
            raise KeyError(args)
        return args, named

    for args, named in calls:
        log.append(harness.attempt(work, *args, **named))
        if args == [9]:
            work.cache_clear()
        log.append(tuple(work.cache_info()))
    return log, work.cache_parameters()


def arguments(r):
    return ([r.choice((0, 1, 1.0, True, 5, 9, "a", "", (1,), None, [])) for _ in range(r.choice((0, 1, 1, 1, 2)))],
            {r.choice("xyz"): r.choice((1, 1.0, 2)) for _ in range(r.choice((0, 0, 0, 1, 2)))})


def case(r, agree):
    values = [r.randint(0, 8) for _ in range(r.randint(1, 8))]
    agree("cmp_to_key", lambda: keys(native, values), lambda: keys(pure, values), loose=True)
    start = r.choice(([], [], [0], [None], [1, 2]))
    some = values[: r.randint(0, 4)]
    agree("reduce", lambda: fold(native, some, start), lambda: fold(pure, some, start), loose=True)
    one, two, three = arguments(r), arguments(r), arguments(r)
    if r.random() < 0.4:
        one[0].insert(0, "_")
        one[0].append(1)
    agree("partial", lambda: partials(native, one, two, three), lambda: partials(pure, one, two, three), loose=True)
    size, typed = r.choice((None, 0, 1, 2, 3, -1)), r.random() < 0.5
    calls = [arguments(r) for _ in range(r.randint(1, 12))]
    agree("lru_cache", lambda: cached(native, size, typed, calls), lambda: cached(pure, size, typed, calls), loose=True)


if __name__ == "__main__":
    harness.main(case)
