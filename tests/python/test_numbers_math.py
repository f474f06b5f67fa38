# math, cmath, _random, _statistics: values, errors, messages.
import cmath
import math

import _random
import _statistics


def message(call):
    try:
        call()
    except Exception as error:
        return type(error).__name__ + ": " + str(error)
    return None


inf = float("inf")
nan = float("nan")


def test_domain_and_range():
    assert message(lambda: math.sqrt(-1)) == "ValueError: expected a nonnegative input, got -1.0"
    assert message(lambda: math.log(0)) == "ValueError: expected a positive input"
    assert message(lambda: math.acos(2)) == "ValueError: expected a number in range from -1 up to 1, got 2.0"
    assert message(lambda: math.exp(1000)) == "OverflowError: math range error"
    assert message(lambda: math.fmod(1, 0)) == "ValueError: math domain error"
    assert message(lambda: math.gamma(-1)) == "ValueError: expected a noninteger or positive integer, got -1.0"
    assert message(lambda: math.pow(0, -1)) == "ValueError: math domain error"
    assert message(lambda: math.sin("a")) == "TypeError: must be real number, not str"
    assert math.log(10**400) == 921.0340371976182 and math.log2(2**2000) == 2000.0 and math.log(8, 2) == 3.0


def test_integers():
    assert math.comb(50, 20) == 47129212243960 and math.comb(10**40, 2) == 10**40 * (10**40 - 1) // 2 and math.comb(3, 10**40) == 0
    assert math.perm(5, 2) == 20 and math.perm(5) == 120 and math.perm(10**20, 2) == 10**20 * (10**20 - 1)
    assert math.factorial(0) == 1 and math.factorial(25) == 15511210043330985984000000
    assert math.factorial(3000) // math.factorial(2999) == 3000 and math.comb(2000, 1000) % 1000003 == 2 * math.comb(1999, 999) % 1000003
    assert math.gcd() == 0 and math.gcd(6, -4) == 2 and math.lcm() == 1 and math.lcm(4, 6, 10) == 60 and math.lcm(5, 0) == 0
    big = 3**4000
    assert math.gcd(big * 2**500 * 35, big * 2**300 * 77) == big * 2**300 * 7
    for n in (0, 1, 15, 16, 17, 2**64 - 1, 2**64, 10**40, 10**41 + 1, 3**900):
        root = math.isqrt(n)
        assert root * root <= n < (root + 1) ** 2
    assert message(lambda: math.isqrt(-1)) == "ValueError: isqrt() argument must be nonnegative"
    assert message(lambda: math.comb(5, -1)) == "ValueError: k must be a non-negative integer"
    assert message(lambda: math.factorial(1.5)) == "TypeError: 'float' object cannot be interpreted as an integer"


def test_sums():
    assert math.fsum([0.1] * 10) == 1.0 and math.fsum([1e100, 1.0, -1e100]) == 1.0 and math.fsum([]) == 0.0
    assert math.fsum([2.0 ** (1000 - 55 * n) for n in range(36)] + [-(2.0 ** (1000 - 55 * n)) for n in range(36)]) == 0.0
    assert math.fsum([2.0**n - 2.0 ** (n + 50) + 2.0 ** (n + 52) for n in range(-1074, 972, 2)] + [-(2.0**1023)]) != 0
    assert message(lambda: math.fsum([1e308, 1e308])) == "OverflowError: intermediate overflow in fsum"
    assert message(lambda: math.fsum([inf, -inf])) == "ValueError: -inf + inf in fsum"
    assert math.prod([1, 2, 3]) == 6 and math.prod([1.5, 2], start=2) == 6.0 and math.prod(["a"], start=2) == "aa"
    assert math.sumprod([10, 20, 30], [1, 2, 3]) == 140 and math.sumprod([0.1] * 10, [1] * 10) == 1.0
    assert message(lambda: math.sumprod([1], [])) == "ValueError: Inputs are not the same length"
    assert math.hypot(3, 4) == 5.0 and math.hypot() == 0.0 and math.hypot(1e308, 1e308) == 1.4142135623730951e308
    assert math.hypot(5e-324) == 5e-324 and math.hypot(3e-320, 4e-320) == 5e-320 and math.hypot(inf, nan) == inf
    assert math.dist((1, 2, 3), [4, 5, 6]) == 5.196152422706632


def test_steps():
    assert math.nextafter(1, 2, steps=3) == 1.0000000000000007 and math.nextafter(-5e-324, 1, steps=2) == 5e-324
    assert math.nextafter(1, 2, steps=10**30) == 2.0 and math.ulp(1) == 2.220446049250313e-16 and math.ulp(0.0) == 5e-324
    assert math.frexp(8.0) == (0.5, 4) and math.modf(-1.5) == (-0.5, -1.0) and math.ldexp(1, -1074) == 5e-324
    assert message(lambda: math.ldexp(1, 10**30)) == "OverflowError: math range error"


def test_complex():
    assert cmath.sqrt(-1) == 1j and cmath.exp(0) == 1 and cmath.phase(-1) == math.pi and cmath.polar(1j) == (1.0, math.pi / 2)
    assert cmath.isclose(cmath.rect(2, math.pi), -2) and abs(cmath.log(cmath.exp(1 + 2j)) - (1 + 2j)) < 1e-15
    assert message(lambda: cmath.log(0)) == "ValueError: math domain error"
    assert message(lambda: cmath.exp(1000)) == "OverflowError: math range error"
    assert message(lambda: cmath.rect(1, inf)) == "ValueError: math domain error"
    assert repr(cmath.infj) == "infj" and cmath.isnan(cmath.nanj) and cmath.isinf(complex(nan, inf))


def test_random():
    r = _random.Random(5)
    assert r.random() == 0.6229016948897019
    r.seed(2**100)
    assert r.random() == 0.7586581712996778 and r.getrandbits(100) == 711474303591615369388656573519
    state = r.getstate()
    values = [r.random() for _ in range(1000)]
    r.setstate(state)
    assert values == [r.random() for _ in range(1000)] and r.getrandbits(0) == 0
    assert message(lambda: r.setstate((1,))) == "ValueError: state vector is the wrong size"
    assert message(lambda: r.seed([])) == "TypeError: unhashable type: 'list'"


def test_quantiles():
    quantile = _statistics._normal_dist_inv_cdf
    assert quantile(0.5, 1, 2) == 1.0 and quantile(1e-300, 1, 2) == -73.0941925987224 and quantile(0.1, 1, -1) == 2.281551565544601
    assert message(lambda: quantile(0, 0, 1)) == "ValueError: inv_cdf undefined for these parameters"


for name, function in list(globals().items()):
    if name.startswith("test_"):
        function()
