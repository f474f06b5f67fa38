"""Big integers: primes, factors, RSA, Chinese remainders, digits of pi and e, exact powers, bases, bit tricks."""

import math
from functools import reduce
from itertools import count, islice


def power_mod(base, exponent, modulus):
    result = 1
    base %= modulus
    while exponent:
        if exponent & 1:
            result = result * base % modulus
        base = base * base % modulus
        exponent >>= 1
    return result


def is_prime(n, bases=(2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)):
    if n < 2:
        return False
    for p in bases:
        if n % p == 0:
            return n == p
    odd, twos = n - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for base in bases:
        x = pow(base, odd, n)
        if x in (1, n - 1):
            continue
        for _ in range(twos - 1):
            x = x * x % n
            if x == n - 1:
                break
        else:
            return False
    return True


def find_factor(n):
    """Pollard's rho, Brent's way round."""
    if n % 2 == 0:
        return 2
    for c in count(1):
        x = y = 2
        product, steps = 1, 0
        while True:
            x = (x * x + c) % n
            y = (y * y + c) % n
            y = (y * y + c) % n
            steps += 1
            product = product * abs(x - y) % n
            if steps % 64 == 0 or product == 0:
                divisor = math.gcd(product, n)
                if divisor == n or product == 0:
                    break
                if divisor > 1:
                    return divisor
                product = 1
        x = y = 2
        divisor = 1
        while divisor == 1:
            x = (x * x + c) % n
            y = (y * y + c) % n
            y = (y * y + c) % n
            divisor = math.gcd(abs(x - y), n)
        if divisor != n:
            return divisor


def factor(n):
    if n == 1:
        return []
    if is_prime(n):
        return [n]
    divisor = find_factor(n)
    return sorted(factor(divisor) + factor(n // divisor))


def extended(a, b):
    if not b:
        return a, 1, 0
    g, x, y = extended(b, a % b)
    return g, y, x - a // b * y


def chinese(pairs):
    def join(left, right):
        (a, m), (b, n) = left, right
        g, p, _ = extended(m, n)
        if (b - a) % g:
            raise ValueError(f"{a} mod {m} against {b} mod {n}")
        common = m // g * n
        return (a + (b - a) // g * p % (n // g) * m) % common, common

    return reduce(join, pairs)


def spigot_pi():
    q, r, t, k, n, l = 1, 0, 1, 1, 3, 3
    while True:
        if 4 * q + r - t < n * t:
            yield n
            q, r, n = 10 * q, 10 * (r - n * t), 10 * (3 * q + r) // t - 10 * n
        else:
            q, r, t, k, n, l = q * k, (2 * q + r) * l, t * l, k + 1, (q * (7 * k + 2) + r * l) // (t * l), l + 2


def digits_of_e(places):
    scale = 10 ** (places + 10)
    term = total = scale
    for k in count(1):
        term //= k
        if not term:
            return total // 10**10
        total += term


def to_base(n, base, symbols="0123456789abcdefghijklmnopqrstuvwxyz"):
    sign, n, out = "-" * (n < 0), abs(n), []
    while n or not out:
        n, digit = divmod(n, base)
        out.append(symbols[digit])
    return sign + "".join(reversed(out))


def fibonacci(n):
    a, b = 0, 1
    for bit in bin(n)[2:]:
        a, b = a * (2 * b - a), a * a + b * b
        if bit == "1":
            a, b = b, a + b
    return a


class RSA:
    def __init__(self, p, q, e=65537):
        self.n, self.e = p * q, e
        self.d = pow(e, -1, math.lcm(p - 1, q - 1))

    def encrypt(self, message):
        return pow(int.from_bytes(message, "big"), self.e, self.n)

    def decrypt(self, number):
        plain = pow(number, self.d, self.n)
        return plain.to_bytes((plain.bit_length() + 7) // 8, "big")


def next_prime(n):
    return next(k for k in count(n | 1, 2) if is_prime(k))


def main():
    print(power_mod(3, 10**30, 10**9 + 7) == pow(3, 10**30, 10**9 + 7), pow(7, -1, 10**9 + 7))
    print([n for n in range(2, 60) if is_prime(n)], is_prime(2**127 - 1), is_prime(2**129 - 1), [p for p in range(2, 130) if is_prime(2**p - 1)])
    for n in (2**32 + 1, 10**18 + 9, 600851475143, 2**67 - 1, math.factorial(15), 1000000016000000063):
        factors = factor(n)
        assert math.prod(factors) == n
        print(n, "=", " * ".join(map(str, factors)))
    rsa = RSA(next_prime(10**40), next_prime(7 * 10**41))
    secret = rsa.encrypt("the owl is not what it seems".encode())
    print(secret, rsa.decrypt(secret), rsa.n.bit_length())
    print(chinese([(2, 3), (3, 5), (2, 7)]), chinese([(1, 4), (3, 6), (9, 10)]))
    try:
        chinese([(1, 4), (2, 6)])
    except ValueError as error:
        print("no remainder:", error)
    print("pi", "".join(map(str, islice(spigot_pi(), 150))))
    print("e", digits_of_e(150))
    print("sqrt 2", math.isqrt(2 * 10**200))
    f = fibonacci(5000)
    print(len(str(f)), str(f)[:20], str(f)[-20:], f % 10**9, fibonacci(90))
    n = 3**400
    print(n.bit_length(), n.bit_count(), to_base(n, 36)[:30], int(to_base(n, 36), 36) == n, to_base(-255, 2), hash(n) == hash(n % (2**61 - 1)))
    print(f"{2**100:,} {2**64:_x} {-(2**70):#o} {10**25:e} {2**70:>30} {255:08b} {7:+d} {12345678901234567890:.3g}")
    print(int("1_000_000"), int("  -0x1F ", 16), int("zz", 36), int("0b101", 0), (10**20).to_bytes(10, "little", signed=True).hex(), int.from_bytes(b"\xff\xfe", signed=True))
    big = 10**50
    print(big // -7, big % -7, -big // 7, -big % 7, divmod(-big, 10**20 + 39), big / 3, big // 3 * 3 + big % 3 == big)
    print(big >> 100, -big >> 150, -1 >> 200, 1 << 100, big & -big, big ^ (big - 1), ~big, big | 1)
    print((2**53 + 1) == float(2**53 + 1), 2**53 + 1 > float(2**53), 10**400 > 1e308, float(2**1000), (2**1023).__float__() * 1.5)
    for bad in (lambda: float(10**400), lambda: 1 << -1, lambda: big // 0, lambda: pow(2, -1, 4), lambda: int("12x"), lambda: math.isqrt(-1), lambda: (300).to_bytes(1), lambda: int("9" * 5000)):
        try:
            print(bad())
        except (ArithmeticError, ValueError) as error:
            print(type(error).__name__, error)
    print(math.factorial(100) // math.factorial(98), math.comb(1000, 500) % 10**20, sum(map(int, str(2**1000))), math.gcd(2**120 - 1, 2**80 - 1) == 2**40 - 1)
    print(round(1234567890123456789, -10), round(-25, -1), round(35, -1), (12345678901234567890123).__round__(-3), int(1e25), int(-3.99), (7).as_integer_ratio())


main()
