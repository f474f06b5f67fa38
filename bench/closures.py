"""Closures and comprehensions: functions that make functions, cells, lambdas, map, sorted with a key."""


def make_counter():
    count = 0

    def increment(by=1):
        nonlocal count
        count += by
        return count

    return increment


def compose(*functions):
    def composed(value):
        for function in functions:
            value = function(value)
        return value

    return composed


def adder(n):
    return lambda x: x + n


def memoise(function):
    known = {}

    def wrapper(n):
        if n not in known:
            known[n] = function(n)
        return known[n]

    return wrapper


@memoise
def steps(n):
    return 0 if n == 1 else 1 + steps(n // 2 if n % 2 == 0 else 3 * n + 1)


def main():
    counter = make_counter()
    for _ in range(1500000):
        counter()
    assert counter(0) == 1500000

    pipeline = compose(adder(3), lambda x: x * 2, adder(-1), abs)
    assert sum(pipeline(i) for i in range(300000)) == 90001200000

    total = 0
    for n in range(2000):
        squares = [i * i for i in range(60) if i % 2]
        table = {i: n for i in squares}
        distinct = {value % 10 for value in table}
        nested = [[i * j for j in range(5)] for i in range(6)]
        total += len(table) + len(distinct) + sum(sum(row) for row in nested)
    assert total == 2000 * (30 + 3 + 150), total

    assert max(range(1, 60000), key=steps) == 52527
    ordered = sorted(range(150000), key=lambda n: (n % 100, -n))
    assert ordered[0] == 149900 and ordered[-1] == 99
    assert len(list(filter(lambda n: n % 3 == 0, map(lambda n: n + 1, range(600000))))) == 200000


for _ in range(3):
    main()
