"""Numeric work: roots, quadrature, differential equations, a linear solver, least squares, an FFT, continued fractions."""

import cmath
import math
from fractions import Fraction


def bisect(f, low, high, tolerance=1e-12):
    if f(low) * f(high) > 0:
        raise ValueError("no change of sign")
    steps = 0
    while high - low > tolerance:
        middle = (low + high) / 2
        steps += 1
        if f(low) * f(middle) <= 0:
            high = middle
        else:
            low = middle
    return (low + high) / 2, steps


def newton(f, derivative, x, limit=50):
    for step in range(1, limit + 1):
        change = f(x) / derivative(x)
        x -= change
        if abs(change) < 1e-14 * max(1.0, abs(x)):
            return x, step
    raise ArithmeticError("does not converge")


def simpson(f, a, b, n):
    h = (b - a) / n
    odd = math.fsum(f(a + i * h) for i in range(1, n, 2))
    even = math.fsum(f(a + i * h) for i in range(2, n, 2))
    return h / 3 * (f(a) + f(b) + 4 * odd + 2 * even)


def adaptive(f, a, b, tolerance, depth=0):
    middle = (a + b) / 2
    whole, left, right = simpson(f, a, b, 2), simpson(f, a, middle, 2), simpson(f, middle, b, 2)
    if depth > 40 or abs(left + right - whole) < 15 * tolerance:
        return left + right + (left + right - whole) / 15
    return adaptive(f, a, middle, tolerance / 2, depth + 1) + adaptive(f, middle, b, tolerance / 2, depth + 1)


def runge_kutta(f, t, y, end, steps):
    h = (end - t) / steps
    for _ in range(steps):
        k1 = f(t, y)
        k2 = f(t + h / 2, [a + h / 2 * k for a, k in zip(y, k1)])
        k3 = f(t + h / 2, [a + h / 2 * k for a, k in zip(y, k2)])
        k4 = f(t + h, [a + h * k for a, k in zip(y, k3)])
        y = [a + h / 6 * (p + 2 * q + 2 * r + s) for a, p, q, r, s in zip(y, k1, k2, k3, k4)]
        t += h
    return y


def solve(matrix, right):
    rows = [list(row) + [value] for row, value in zip(matrix, right, strict=True)]
    size = len(rows)
    for column in range(size):
        pivot = max(range(column, size), key=lambda r: abs(rows[r][column]))
        if not rows[pivot][column]:
            raise ZeroDivisionError("singular matrix")
        rows[column], rows[pivot] = rows[pivot], rows[column]
        for row in range(column + 1, size):
            factor = rows[row][column] / rows[column][column]
            for k in range(column, size + 1):
                rows[row][k] -= factor * rows[column][k]
    out = [0] * size
    for row in reversed(range(size)):
        known = sum((rows[row][k] * out[k] for k in range(row + 1, size)), type(rows[0][0])(0))
        out[row] = (rows[row][size] - known) / rows[row][row]
    return out


def hilbert(n):
    return [[Fraction(1, i + j + 1) for j in range(n)] for i in range(n)]


def fit(points, degree):
    powers = [sum(x**k for x, _ in points) for k in range(2 * degree + 1)]
    matrix = [[powers[i + j] for j in range(degree + 1)] for i in range(degree + 1)]
    return solve(matrix, [sum(y * x**k for x, y in points) for k in range(degree + 1)])


def fft(values):
    n = len(values)
    if n == 1:
        return list(values)
    even, odd = fft(values[::2]), fft(values[1::2])
    turned = [cmath.exp(-2j * cmath.pi * k / n) * odd[k] for k in range(n // 2)]
    return [e + t for e, t in zip(even, turned)] + [e - t for e, t in zip(even, turned)]


def continued(x, terms):
    for _ in range(terms):
        whole = math.floor(x)
        yield whole
        if x == whole:
            return
        x = 1 / (x - whole)


def convergents(terms):
    a, b, c, d = 1, 0, 0, 1
    for term in terms:
        a, b, c, d = term * a + c, term * b + d, a, b
        yield Fraction(a, b)


def main():
    root, steps = bisect(lambda x: x**3 - x - 2, 1, 2)
    print(f"bisect {root:.12f} in {steps}")
    print("newton %.15f in %d" % newton(lambda x: math.cos(x) - x, lambda x: -math.sin(x) - 1, 1.0))
    try:
        bisect(lambda x: x * x + 1, -1, 1)
    except ValueError as error:
        print("bisect:", error)
    print(f"simpson {simpson(math.sin, 0, math.pi, 100):.10f}, adaptive {adaptive(lambda x: 1 / (1 + x * x), 0, 1, 1e-12) * 4:.12f}")
    x, v = runge_kutta(lambda t, y: [y[1], -y[0]], 0.0, [1.0, 0.0], 2 * math.pi, 400)
    print(f"oscillator {x:.8f} {v:+.8f}")
    prey, hunters = runge_kutta(lambda t, y: [y[0] * (1.1 - 0.4 * y[1]), y[1] * (0.1 * y[0] - 0.4)], 0.0, [10.0, 5.0], 30.0, 3000)
    print(f"prey {prey:.6f}, hunters {hunters:.6f}")
    print("solve", [f"{value:.9f}" for value in solve([[2.0, 1, -1], [-3.0, -1, 2], [-2.0, 1, 2]], [8.0, -11.0, -3.0])])
    print("hilbert", *solve(hilbert(5), [Fraction(1)] * 5))
    points = [(Fraction(x, 2), Fraction(x * x, 3) - 2 * x + 5) for x in range(-4, 5)]
    print("fit", *fit(points, 2))
    signal = [math.sin(2 * math.pi * 3 * i / 32) + 0.5 * math.cos(2 * math.pi * 7 * i / 32) for i in range(32)]
    spectrum = [abs(value) / 16 for value in fft(signal)]
    print("peaks", [(i, round(value, 6)) for i, value in enumerate(spectrum[:16]) if value > 0.01])
    print("sqrt(2)", list(continued(math.sqrt(2), 10)), *list(convergents(continued(math.sqrt(2), 6))))
    print("pi", *list(convergents([3, 7, 15, 1])), "best below 1000:", Fraction(math.pi).limit_denominator(1000))
    print(f"{math.comb(50, 25)} {math.isqrt(10**30)} {math.gcd(84, 270, 18)} {math.lcm(4, 6, 10)} {math.perm(10, 4)}")
    print(f"{0.1 + 0.2!r} {math.fsum([0.1] * 10)!r} {sum([0.1] * 10)!r} {math.nextafter(1, 2)!r} {(0.1).as_integer_ratio()}")
    print(float.fromhex("0x1.8p3"), (2.5).hex(), round(2.5), round(3.5), round(-2.675, 2), f"{1e22:g} {1e-7!r} {123456789.123:,.2f}")
    print(divmod(-7, 3), divmod(7, -3), divmod(-7.5, 2), -7 // 2, -7 % 3, math.fmod(-7, 3), pow(3, -1, 11), (1 + 2j) ** 2)


main()
