"""A matrix class with operators, slices, exact arithmetic, determinants, inverses, powers and pretty printing."""

from fractions import Fraction
from functools import reduce
from itertools import permutations, product
from operator import mul


class Matrix:
    __slots__ = ("rows",)

    def __init__(self, rows):
        self.rows = [list(row) for row in rows]
        if len({len(row) for row in self.rows}) > 1:
            raise ValueError("rows of different lengths")

    @classmethod
    def identity(cls, size):
        return cls([[int(i == j) for j in range(size)] for i in range(size)])

    @classmethod
    def build(cls, height, width, rule):
        return cls([[rule(i, j) for j in range(width)] for i in range(height)])

    @property
    def shape(self):
        return len(self.rows), len(self.rows[0])

    @property
    def T(self):
        return Matrix(zip(*self.rows))

    def __getitem__(self, key):
        match key:
            case (int() as i, int() as j):
                return self.rows[i][j]
            case (slice() as i, slice() as j):
                return Matrix([row[j] for row in self.rows[i]])
            case (int() as i, slice() as j):
                return self.rows[i][j]
            case (slice() as i, int() as j):
                return [row[j] for row in self.rows[i]]
            case int() as i:
                return self.rows[i]
        raise TypeError(f"bad index {key!r}")

    def __setitem__(self, key, value):
        i, j = key
        self.rows[i][j] = value

    def __iter__(self):
        return (item for row in self.rows for item in row)

    def __eq__(self, other):
        return isinstance(other, Matrix) and self.rows == other.rows

    def __neg__(self):
        return -1 * self

    def __add__(self, other):
        if self.shape != other.shape:
            raise ValueError(f"shapes {self.shape} and {other.shape}")
        return Matrix([[a + b for a, b in zip(r, s)] for r, s in zip(self.rows, other.rows)])

    def __sub__(self, other):
        return self + -other

    def __rmul__(self, factor):
        return Matrix([[factor * item for item in row] for row in self.rows])

    def __matmul__(self, other):
        if self.shape[1] != other.shape[0]:
            raise ValueError(f"cannot multiply {self.shape} by {other.shape}")
        columns = list(zip(*other.rows))
        return Matrix([[sum(map(mul, row, column)) for column in columns] for row in self.rows])

    def __imatmul__(self, other):
        self.rows = (self @ other).rows
        return self

    def __pow__(self, exponent):
        if exponent < 0:
            return self.inverse() ** -exponent
        result, base = Matrix.identity(len(self.rows)), self
        while exponent:
            if exponent & 1:
                result @= base
            base = base @ base
            exponent >>= 1
        return result

    def minor(self, i, j):
        return Matrix([row[:j] + row[j + 1:] for k, row in enumerate(self.rows) if k != i])

    def det(self):
        """By fraction-free elimination (Bareiss)."""
        rows, sign, previous = [row[:] for row in self.rows], 1, 1
        size = len(rows)
        for k in range(size - 1):
            if not rows[k][k]:
                swap = next((r for r in range(k + 1, size) if rows[r][k]), None)
                if swap is None:
                    return 0
                rows[k], rows[swap], sign = rows[swap], rows[k], -sign
            for i, j in product(range(k + 1, size), repeat=2):
                rows[i][j] = (rows[i][j] * rows[k][k] - rows[i][k] * rows[k][j]) // previous
            previous = rows[k][k]
        return sign * rows[-1][-1]

    def det_by_permutations(self):
        total = 0
        for order in permutations(range(len(self.rows))):
            inversions = sum(order[i] > order[j] for i in range(len(order)) for j in range(i + 1, len(order)))
            total += (-1) ** inversions * reduce(mul, (self.rows[i][j] for i, j in enumerate(order)))
        return total

    def inverse(self):
        determinant = self.det()
        if not determinant:
            raise ZeroDivisionError("matrix is singular")
        height, width = self.shape
        return Matrix.build(height, width, lambda i, j: Fraction((-1) ** (i + j) * self.minor(j, i).det(), determinant))

    def trace(self):
        return sum(self.rows[i][i] for i in range(len(self.rows)))

    def __str__(self):
        shown = [[str(item) for item in row] for row in self.rows]
        widths = [max(map(len, column)) for column in zip(*shown)]
        return "\n".join("[ " + "  ".join(f"{s:>{w}}" for s, w in zip(row, widths)) + " ]" for row in shown)

    def __repr__(self):
        return f"Matrix({self.rows!r})"


def attempt(action):
    try:
        return action()
    except (ValueError, ZeroDivisionError, TypeError, IndexError) as error:
        return f"! {type(error).__name__}: {error}"


def main():
    a = Matrix([[2, -1, 0], [1, 3, 5], [4, 1, 1]])
    b = Matrix.build(3, 3, lambda i, j: (i + 1) * (j - 1))
    print(a, b, a + b, a - b, 3 * a, sep="\n\n", end="\n\n")
    print(a @ b == b @ a, (a @ b).T == b.T @ a.T)
    print("det", a.det(), a.det_by_permutations(), b.det(), "trace", a.trace())
    print(a.inverse())
    print(a @ a.inverse() == Matrix.identity(3), a**-2 @ a**2 == Matrix.identity(3))
    fibonacci = Matrix([[1, 1], [1, 0]]) ** 300
    print("fibonacci(300) =", fibonacci[0, 1])
    print(a[0, 1], a[1], a[:, 2], a[0, ::-1], repr(a[1:, :2]), list(a)[:4])
    a[0, 0] = 100
    print(repr(a))
    big = Matrix.build(9, 9, lambda i, j: (i * 7 + j * j * 3 + i * j) % 11 - 5)
    print("big", big.det(), big[:6, :6].det() == big[:6, :6].det_by_permutations())
    hilbert = Matrix.build(4, 4, lambda i, j: Fraction(1, i + j + 1))
    scaled = Matrix([[int(x * 420) for x in row] for row in hilbert.rows])
    print(scaled, scaled.det(), sep="\n")
    print(scaled.inverse())
    for action in (
        lambda: a @ Matrix([[1, 2]]),
        lambda: a + Matrix([[1]]),
        lambda: b.inverse(),
        lambda: Matrix([[1], [1, 2]]),
        lambda: a["x"],
        lambda: a[5, 0],
        lambda: a * 2,
    ):
        print(attempt(action))
    chain = reduce(lambda x, y: x @ y, (Matrix([[1, i], [0, 1]]) for i in range(1, 101)))
    print(chain)


main()
