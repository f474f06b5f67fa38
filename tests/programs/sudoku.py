"""Constraint solving: sudoku with propagation, exact cover by dancing dictionaries, queens, a cryptarithm, colouring."""

from itertools import permutations, product

ROWS, COLUMNS = "ABCDEFGHI", "123456789"
CELLS = [r + c for r in ROWS for c in COLUMNS]
UNITS = ([[r + c for c in COLUMNS] for r in ROWS] + [[r + c for r in ROWS] for c in COLUMNS]
         + [[r + c for r in rs for c in cs] for rs in ("ABC", "DEF", "GHI") for cs in ("123", "456", "789")])
UNITS_OF = {cell: [unit for unit in UNITS if cell in unit] for cell in CELLS}
PEERS = {cell: sorted(set().union(*UNITS_OF[cell]) - {cell}) for cell in CELLS}


class Contradiction(Exception):
    pass


class Sudoku:
    def __init__(self, puzzle=None, options=None):
        self.options = options or dict.fromkeys(CELLS, COLUMNS)
        self.guesses = 0
        if puzzle:
            for cell, digit in zip(CELLS, (c for c in puzzle if c in COLUMNS + ".0"), strict=True):
                if digit in COLUMNS:
                    self.assign(cell, digit)

    def assign(self, cell, digit):
        for other in self.options[cell].replace(digit, ""):
            self.eliminate(cell, other)

    def eliminate(self, cell, digit):
        if digit not in self.options[cell]:
            return
        left = self.options[cell] = self.options[cell].replace(digit, "")
        if not left:
            raise Contradiction(cell)
        if len(left) == 1:
            for peer in PEERS[cell]:
                self.eliminate(peer, left)
        for unit in UNITS_OF[cell]:
            places = [c for c in unit if digit in self.options[c]]
            if not places:
                raise Contradiction(digit)
            if len(places) == 1:
                self.assign(places[0], digit)

    def solve(self):
        open_cells = [(len(o), cell) for cell, o in self.options.items() if len(o) > 1]
        if not open_cells:
            return self
        _, cell = min(open_cells)
        for digit in self.options[cell]:
            trial = Sudoku(options=dict(self.options))
            self.guesses += 1
            try:
                trial.assign(cell, digit)
                if solved := trial.solve():
                    self.guesses += trial.guesses
                    return solved
            except Contradiction:
                pass
            self.guesses += trial.guesses
        return None

    def __str__(self):
        lines = []
        for r in ROWS:
            cells = [self.options[r + c] if len(self.options[r + c]) == 1 else "." for c in COLUMNS]
            lines.append(" ".join(cells[:3]) + " | " + " ".join(cells[3:6]) + " | " + " ".join(cells[6:]))
            if r in "CF":
                lines.append("------+-------+------")
        return "\n".join(lines)


def exact_cover(columns, rows, partial=()):
    """Knuth's algorithm X: columns maps an item to the rows that hold it."""
    if not columns:
        yield sorted(partial)
        return
    item = min(columns, key=lambda c: (len(columns[c]), c))
    for row in sorted(columns[item]):
        removed = []
        for other in rows[row]:
            for clash in columns[other]:
                for third in rows[clash]:
                    if third != other:
                        columns[third].discard(clash)
            removed.append(columns.pop(other))
        yield from exact_cover(columns, rows, (*partial, row))
        for other in reversed(rows[row]):
            columns[other] = removed.pop()
            for clash in columns[other]:
                for third in rows[clash]:
                    if third != other:
                        columns[third].add(clash)


def cover(rows):
    columns = {}
    for name, items in rows.items():
        for item in items:
            columns.setdefault(item, set()).add(name)
    return exact_cover(columns, rows)


def queens(n):
    def place(row, columns, rising, falling):
        if row == n:
            yield ()
        for column in range(n):
            if column not in columns and row + column not in rising and row - column not in falling:
                for rest in place(row + 1, columns | {column}, rising | {row + column}, falling | {row - column}):
                    yield (column, *rest)

    return place(0, frozenset(), frozenset(), frozenset())


def cryptarithm(puzzle):
    left, result = puzzle.split("=")
    words = [w.strip() for w in left.split("+")]
    result = result.strip()
    letters = sorted(set("".join(words) + result))
    weights = {letter: 0 for letter in letters}
    for word, sign in [*((w, 1) for w in words), (result, -1)]:
        for power, letter in enumerate(reversed(word)):
            weights[letter] += sign * 10**power
    heads = {word[0] for word in [*words, result]}
    factors = [weights[letter] for letter in letters]
    for digits in permutations(range(10), len(letters)):
        if sum(map(int.__mul__, factors, digits)) == 0 and not any(d == 0 and l in heads for l, d in zip(letters, digits)):
            yield dict(zip(letters, digits))


def magic_squares():
    for a, b, c in permutations(range(1, 10), 3):
        if a + b + c != 15:
            continue
        for d, e in product(range(1, 10), repeat=2):
            square = [a, b, c, d, e, 15 - d - e, 15 - a - d, 15 - b - e]
            square.append(15 - square[6] - square[7])
            if len(set(square)) == 9 and min(square) > 0 and c + square[5] + square[8] == 15 and a + e + square[8] == 15 and c + e + square[6] == 15:
                yield square


PUZZLES = [
    "..3.2.6..9..3.5..1..18.64....81.29..7.......8..67.82....26.95..8..2.3..9..5.1.3..",
    "4.....8.5.3..........7......2.....6.....8.4......1.......6.3.7.5..2.....1.4......",
    "55..............................................................................."[:81],
]
for puzzle in PUZZLES:
    try:
        sudoku = Sudoku(puzzle)
        known = sum(len(o) == 1 for o in sudoku.options.values())
        print(f"{sum(c in COLUMNS for c in puzzle)} given, {known} after propagation")
        print(sudoku.solve())
        print(f"{sudoku.guesses} guesses")
    except Contradiction as problem:
        print("no solution:", problem)
print(list(cover({"A": [1, 4, 7], "B": [1, 4], "C": [4, 5, 7], "D": [3, 5, 6], "E": [2, 3, 6, 7], "F": [2, 7]})))
domino = {f"{r}{c}{'hv'[v]}": [r * 4 + c, (r + v) * 4 + c + 1 - v] for r in range(4) for c in range(4) for v in (0, 1) if r + v < 4 and c + 1 - v < 4}
print("domino tilings of 4x4:", sum(1 for _ in cover(domino)))
print("queens:", [sum(1 for _ in queens(n)) for n in range(1, 8)], next(queens(8)))
for line in next(queens(6)):
    print(" ".join("Q" if c == line else "." for c in range(6)))
print(list(cryptarithm("TO + GO = OUT")))
print(len(list(magic_squares())), next(magic_squares()))
