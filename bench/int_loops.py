"""Int loops: counting, sieving, remainders, bits."""


def collatz_longest(limit):
    best, best_length = 0, 0
    for start in range(1, limit):
        n, length = start, 1
        while n != 1:
            n = n // 2 if n % 2 == 0 else 3 * n + 1
            length += 1
        if length > best_length:
            best, best_length = start, length
    return best, best_length


def sieve(limit):
    composite = bytearray(limit + 1)
    count = 0
    for n in range(2, limit + 1):
        if not composite[n]:
            count += 1
            for multiple in range(n * n, limit + 1, n):
                composite[multiple] = 1
    return count


def random_bits(rounds):
    state, ones = 2463534242, 0
    for _ in range(rounds):
        state ^= (state << 13) & 0xFFFFFFFF
        state ^= state >> 17
        state ^= (state << 5) & 0xFFFFFFFF
        ones += state & 1
    return state, ones


def gcd_sum(limit):
    total = 0
    for a in range(1, limit):
        for b in range(1, a):
            x, y = a, b
            while y:
                x, y = y, x % y
            total += x
    return total


def main():
    assert collatz_longest(50000) == (35655, 324)
    assert sieve(1000000) == 78498
    assert random_bits(1200000) == (2188721210, 599931)
    assert gcd_sum(600) == 651274


for _ in range(2):
    main()
