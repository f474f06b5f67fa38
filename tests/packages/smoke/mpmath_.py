import mpmath
from mpmath import mp, mpf

mp.dps = 50
assert str(mp.pi) == "3.1415926535897932384626433832795028841971693993751"
assert abs(mp.zeta(2) - mp.pi ** 2 / 6) < mpf(10) ** -48
assert abs(mp.quad(lambda x: mp.exp(-x * x), [-mp.inf, mp.inf]) - mp.sqrt(mp.pi)) < mpf(10) ** -45
assert abs(mp.findroot(lambda x: mp.cos(x) - x, 1) - mpf("0.73908513321516064165531208767387340401341175890076")) < mpf(10) ** -45
matrix = mp.matrix([[2, 1], [1, 3]])
assert mp.det(matrix) == 5 and mp.nstr(mp.gamma("0.5"), 20) == "1.7724538509055160273"
assert mp.identify(mp.mpf("1.41421356237309504880168872420969807856967187537694"), ["sqrt(2)"])
assert abs(mp.nsum(lambda n: 1 / n ** 4, [1, mp.inf]) - mp.pi ** 4 / 90) < mpf(10) ** -40
