# bisect_.py: _bisect against the pure functions of bisect.

import bisect as native

import harness

pure = harness.pure("bisect", "_bisect")


def call(module, name, values, rest, named):
    values = list(values)
    got = getattr(module, name)(values, *rest, **named)
    return got, values


def case(r, agree):
    count = r.choice((0, 1, 2, 5, 20))
    make = r.choice((lambda: r.randint(-5, 5), lambda: r.choice((1.5, 2, -0.0, 0)), lambda: harness.text(r, 2)))
    values = sorted(make() for _ in range(count))
    if r.random() < 0.05:
        values.append(r.choice((None, "x", 3)))
    rest = [r.choice(values) if values and r.random() < 0.5 else make()]
    named = {}
    key = r.choice((None, None, str, len, lambda v: -v))
    if key is not None:
        named["key"] = key
        values.sort(key=str)
    for name in ("lo", "hi"):
        if r.random() < 0.3:
            named[name] = r.choice((0, 1, count, count // 2, count + 3, *((None, -1) if name == "lo" else ())))
    for name in ("bisect_left", "bisect_right", "insort_left", "insort_right", "bisect", "insort"):
        agree(name, lambda: call(native, name, values, rest, named), lambda: call(pure, name, values, rest, named), loose=True)


if __name__ == "__main__":
    harness.main(case)
