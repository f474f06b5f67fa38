import sympy
from sympy import Eq, Matrix, Rational, cos, diff, dsolve, exp, expand, factor, Function, integrate, limit, oo, pi, series, simplify, sin, solve, sqrt, symbols

x, y = symbols("x y")
assert expand((x + y) ** 3) == x**3 + 3 * x**2 * y + 3 * x * y**2 + y**3 and factor(x**4 - 1) == (x - 1) * (x + 1) * (x**2 + 1)
assert diff(sin(x) * exp(x), x) == exp(x) * sin(x) + exp(x) * cos(x) and integrate(exp(-x**2), (x, -oo, oo)) == sqrt(pi)
assert set(solve(x**2 - 5 * x + 6)) == {2, 3} and limit(sin(x) / x, x, 0) == 1 and simplify(sin(x) ** 2 + cos(x) ** 2) == 1
assert Matrix([[1, 2], [3, 4]]).inv() == Matrix([[-2, 1], [Rational(3, 2), Rational(-1, 2)]]) and sympy.factorint(2**64 - 1) == {3: 1, 5: 1, 17: 1, 257: 1, 641: 1, 65537: 1, 6700417: 1}
f = Function("f")
assert dsolve(Eq(f(x).diff(x), f(x))).rhs.has(exp(x)) and str(series(cos(x), x, 0, 5)) == "1 - x**2/2 + x**4/24 + O(x**5)"
assert sympy.latex(Rational(1, 2) * x**2) == r"\frac{x^{2}}{2}" and sympy.sympify("2*x + 3").subs(x, 4) == 11
assert sympy.lambdify(x, x**2 + 1)(3) == 10 and sympy.primerange and list(sympy.primerange(20)) == [2, 3, 5, 7, 11, 13, 17, 19]
