"""Exceptions: raised and caught near and far, finally, else, chained, in loops."""


class Refused(Exception):
    def __init__(self, code):
        super().__init__(code)
        self.code = code


class Worse(Refused):
    pass


def check(n):
    if n % 3 == 0:
        raise Refused(n)
    if n % 7 == 0:
        raise Worse(n)
    return n


def through(n, depth):
    return check(n) if depth == 0 else through(n, depth - 1)


def run(rounds):
    refused = worse = fine = closed = 0
    for n in range(rounds):
        try:
            through(n, 3)
        except Worse as error:
            worse += error.code & 1
        except Refused as error:
            refused += error.code & 1
        else:
            fine += 1
        finally:
            closed += 1
    return refused, worse, fine, closed


def parse_all(words):
    good = bad = 0
    for word in words:
        try:
            good += int(word)
        except ValueError:
            bad += 1
    return good, bad


def lookups(rounds):
    table, missed = {i: i for i in range(0, 100, 2)}, 0
    for i in range(rounds):
        try:
            table[i % 100]
        except KeyError:
            missed += 1
    return missed


def chained(rounds):
    linked = 0
    for i in range(rounds):
        try:
            try:
                [][i]
            except IndexError as error:
                raise RuntimeError("no item") from error
        except RuntimeError as error:
            linked += error.__cause__ is not None
    return linked


def main():
    assert run(600000) == (100000, 28571, 342857, 600000)
    assert parse_all(["12", "x", "7", "", "-3"] * 80000) == (16 * 80000, 160000)
    assert lookups(1000000) == 500000
    assert chained(200000) == 200000


for _ in range(2):
    main()
