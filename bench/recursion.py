"""Recursion: plain calls that go deep and wide."""


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def ackermann(m, n):
    if m == 0:
        return n + 1
    if n == 0:
        return ackermann(m - 1, 1)
    return ackermann(m - 1, ackermann(m, n - 1))


def hanoi(n, source, target, spare):
    if n == 0:
        return 0
    return hanoi(n - 1, source, spare, target) + 1 + hanoi(n - 1, spare, target, source)


def count_queens(n, row=0, columns=0, rising=0, falling=0):
    if row == n:
        return 1
    found = 0
    free = ((1 << n) - 1) & ~(columns | rising | falling)
    while free:
        bit = free & -free
        free ^= bit
        found += count_queens(n, row + 1, columns | bit, (rising | bit) << 1, (falling | bit) >> 1)
    return found


def main():
    assert fib(29) == 514229
    assert ackermann(2, 300) == 603
    assert hanoi(17, "a", "b", "c") == 131071
    assert count_queens(9) == 352


for _ in range(12):
    main()
