# math_.py: math's integer and float functions against exact arithmetic.

import decimal
import math as native
from fractions import Fraction

import harness


def isqrt(n):
    if n < 0:
        raise ValueError
    low, high = 0, 1 << (n.bit_length() // 2 + 1)
    while low < high:
        middle = (low + high + 1) // 2
        if middle * middle <= n:
            low = middle
        else:
            high = middle - 1
    return low


def gcd(*numbers):
    result = 0
    for number in numbers:
        number = abs(number)
        while number:
            result, number = number, result % number
    return result


def lcm(*numbers):
    result = 1
    for number in numbers:
        result = abs(result * number) // gcd(result, number) if result and number else 0
    return result


def falling(n, k):
    result = 1
    for factor in range(n - k + 1, n + 1):
        result *= factor
    return result


def perm(n, k=None):
    k = n if k is None else k
    if n < 0 or k < 0:
        raise ValueError
    return falling(n, k) if k <= n else 0


def comb(n, k):
    if n < 0 or k < 0:
        raise ValueError
    return falling(n, k) // falling(k, k) if k <= n else 0


def finite(value):
    return value == value and abs(value) != float("inf")


def root(exact):
    """The float nearest to the square root of a fraction."""
    if not exact:
        return 0.0
    shift = 2 * max(0, 120 - (exact.numerator.bit_length() - exact.denominator.bit_length()) // 2)
    whole = isqrt((exact.numerator << shift) // exact.denominator)
    if whole * whole * exact.denominator != exact.numerator << shift:
        whole = whole * 2 + 1
        return float(Fraction(whole, 1 << (shift // 2 + 1)))
    return float(Fraction(whole, 1 << (shift // 2)))


def total(values):
    return float(sum(map(Fraction, values)))


def fmod(x, y):
    exact = abs(Fraction(x)) % abs(Fraction(y))
    return native.copysign(float(exact), x)


def remainder(x, y):
    exact, by = Fraction(x), abs(Fraction(y))
    rest = exact - round(exact / by) * by
    return native.copysign(float(rest), rest if rest else x)


def rounded(value):
    """The last digits are the C library's affair."""
    return format(value, ".11g") if isinstance(value, float) else value


SMOOTH = ("sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "exp", "expm1", "exp2", "log", "log2", "log10", "log1p",
          "sqrt", "cbrt", "gamma", "lgamma", "erf", "erfc", "degrees", "radians", "fabs", "frexp", "modf", "ulp", "floor", "ceil", "trunc", "isnan", "isinf", "isfinite",
          "factorial", "isqrt")
PAIRS = ("atan2", "pow", "fmod", "remainder", "copysign", "hypot", "ldexp", "nextafter", "log", "isclose", "gcd", "lcm", "comb", "perm", "dist", "fma", "fsum", "prod", "sumprod")


def case(r, agree):
    whole, other = harness.integer(r), harness.integer(r)
    agree("isqrt", lambda: native.isqrt(whole), lambda: isqrt(whole), loose=True)
    agree("gcd", lambda: native.gcd(whole, other, 12), lambda: gcd(whole, other, 12))
    agree("lcm", lambda: native.lcm(whole, other, 6), lambda: lcm(whole, other, 6))
    n, k = r.choice((r.randint(-2, 70), r.randint(100, 400), 10**6)), r.randint(-1, 40)
    agree("comb", lambda: native.comb(n, k), lambda: comb(n, k), loose=True)
    agree("perm", lambda: native.perm(n, k), lambda: perm(n, k), loose=True)
    small = r.randint(-1, 120)
    agree("factorial", lambda: native.factorial(small), lambda: perm(small), loose=True)
    x, y = harness.real(r), harness.real(r)
    values = [harness.real(r) for _ in range(r.randint(0, 6))]
    usual = all(finite(value) and abs(value) < 1e250 for value in (x, y, *values))
    agree("fsum", lambda: native.fsum(values), (lambda: total(values)) if usual else None)
    weights = [r.choice((harness.real(r), r.randint(-5, 5))) for _ in values]
    agree("sumprod", lambda: native.sumprod(values, weights))
    agree("prod", lambda: native.prod([whole, other, 3]), lambda: whole * other * 3)
    if usual and 1e-100 < abs(x) < 1e100 and 1e-100 < abs(y) < 1e100:
        agree("hypot", lambda: native.hypot(x, y), lambda: root(Fraction(x) ** 2 + Fraction(y) ** 2))
        agree("sqrt", lambda: native.sqrt(abs(x)), lambda: root(abs(Fraction(x))))
        agree("fmod", lambda: native.fmod(x, y), lambda: fmod(x, y))
        agree("remainder", lambda: native.remainder(x, y), lambda: remainder(x, y))
        agree("fma", lambda: native.fma(x, y, 1.25), lambda: float(Fraction(x) * Fraction(y) + Fraction(5, 4)))
        agree("frexp", lambda: native.ldexp(*native.frexp(x)), lambda: x)
        agree("floor", lambda: (native.floor(x), native.ceil(x), native.trunc(x)), lambda: (Fraction(x).__floor__(), Fraction(x).__ceil__(), int(Fraction(x))))
        agree("modf", lambda: sum(native.modf(x)), lambda: x)
        agree("ulp", lambda: native.nextafter(abs(x), float("inf")) - abs(x), lambda: native.ulp(x))
        agree("round", lambda: round(x, 3), lambda: float(round(Fraction(x), 3)) if abs(x) >= 0.0005 and round(Fraction(x), 3) else round(x, 3))
        agree("decimal", lambda: native.log(abs(x)).__format__(".12g"), lambda: format(float(CONTEXT.ln(decimal.Decimal(abs(x)))), ".12g")) if agree.number % 20 == 0 else None
    name = r.choice(SMOOTH)
    value = r.choice((x, whole, small, y / 1e3, True, "x", None))
    if name not in ("factorial",) or not isinstance(value, int) or abs(value) < 500:
        agree(f"{name}({value!r})", lambda: rounded(getattr(native, name)(value)))
    name = r.choice(PAIRS)
    args = {"dist": [[x, y], [y, whole]], "fma": [x, y, 2.5], "fsum": [[x, "a"]], "prod": [[x, whole], ], "sumprod": [[x, whole], [1, y, 2][: r.randint(1, 3)]],
            "ldexp": [x, r.choice((small, whole, 1.5))], "comb": [small, k], "perm": [small, k], "gcd": [whole, x], "lcm": [whole, other]}.get(name, [r.choice((x, whole)), r.choice((y, other))])
    agree(f"{name}{args}", lambda: rounded(getattr(native, name)(*args)))


CONTEXT = decimal.Context(prec=30)

if __name__ == "__main__":
    harness.main(case)
