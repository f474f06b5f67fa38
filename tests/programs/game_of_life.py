"""Cellular automata: Conway's life on a torus with pattern detection, elementary rules, Langton's ant, a fluid toy."""

from collections import Counter
from itertools import count, islice

PATTERNS = {
    "block": "OO/OO", "blinker": "OOO", "toad": ".OOO/OOO.", "beacon": "OO../OO../..OO/..OO", "glider": ".O./..O/OOO",
    "spaceship": "O..O./....O/O...O/.OOOO", "tub": ".O./O.O/.O.", "r-pentomino": ".OO/OO./.O.", "diehard": "......O./OO....../.O...OOO",
}


def parse(text, row=0, column=0):
    return frozenset((row + r, column + c) for r, line in enumerate(text.split("/")) for c, mark in enumerate(line) if mark == "O")


def step(cells, size=None):
    near = Counter()
    for r, c in cells:
        for dr in (-1, 0, 1):
            for dc in (-1, 0, 1):
                if dr or dc:
                    place = (r + dr, c + dc)
                    near[(place[0] % size, place[1] % size) if size else place] += 1
    return frozenset(place for place, n in near.items() if n == 3 or n == 2 and place in cells)


def generations(cells, size=None):
    while True:
        yield cells
        cells = step(cells, size)


def normalise(cells):
    if not cells:
        return cells, (0, 0)
    top, left = min(r for r, _ in cells), min(c for _, c in cells)
    return frozenset((r - top, c - left) for r, c in cells), (top, left)


def classify(cells, limit=60):
    seen = {}
    for age, state in zip(range(limit), generations(cells)):
        if not state:
            return f"dies after {age}"
        shape, corner = normalise(state)
        if shape in seen:
            first, origin = seen[shape]
            period, moved = age - first, (corner[0] - origin[0], corner[1] - origin[1])
            if moved != (0, 0):
                return f"moves by {moved} each {period} generations"
            return "still life" if period == 1 else f"oscillates with period {period}" + (f" after {first}" if first else "")
        seen[shape] = age, corner
    return f"still wild with {len(state)} cells"


def show(cells, height, width):
    return "\n".join("".join("#" if (r, c) in cells else "." for c in range(width)) for r in range(height))


def symmetries(cells):
    for _ in range(4):
        cells = frozenset((c, -r) for r, c in cells)
        yield normalise(cells)[0]
        yield normalise(frozenset((r, -c) for r, c in cells))[0]


def elementary(rule, width, start=None):
    row = start or 1 << width // 2
    mask = (1 << width) - 1
    while True:
        yield row
        left, right = (row << 1 | row >> width - 1) & mask, (row >> 1 | (row & 1) << width - 1) & mask
        row = sum(1 << i for i in range(width) if rule >> ((left >> i & 1) | (row >> i & 1) << 1 | (right >> i & 1) << 2) & 1)


class Ant:
    TURNS = {"R": 1, "L": -1, "N": 0, "U": 2}
    MOVES = [(-1, 0), (0, 1), (1, 0), (0, -1)]

    def __init__(self, rule):
        self.rule, self.place, self.heading, self.colours = rule, (0, 0), 0, {}

    def walk(self, steps):
        for _ in range(steps):
            colour = self.colours.get(self.place, 0)
            self.heading = (self.heading + self.TURNS[self.rule[colour]]) % 4
            self.colours[self.place] = (colour + 1) % len(self.rule)
            move = self.MOVES[self.heading]
            self.place = self.place[0] + move[0], self.place[1] + move[1]
        return self

    def __str__(self):
        rows, columns = zip(*self.colours)
        return "\n".join("".join(".#o+*"[self.colours.get((r, c), 0)] for c in range(min(columns), max(columns) + 1)) for r in range(min(rows), max(rows) + 1))


def sandpile(grains):
    piles, unstable, topplings = {(0, 0): grains}, [(0, 0)], 0
    while unstable:
        r, c = unstable.pop()
        share, piles[r, c] = divmod(piles[r, c], 4)
        if share:
            topplings += share
            for place in ((r - 1, c), (r + 1, c), (r, c - 1), (r, c + 1)):
                piles[place] = piles.get(place, 0) + share
                if piles[place] >= 4:
                    unstable.append(place)
    return piles, topplings


def main():
    for name, text in PATTERNS.items():
        print(f"{name:<12}{classify(parse(text))}, {len(set(symmetries(parse(text))))} orientations")
    glider = parse(PATTERNS["glider"], 1, 1)
    for age, cells in islice(enumerate(generations(glider, 8)), 0, 33, 16):
        print(f"generation {age}")
        print(show(cells, 8, 8))
    torus = list(islice(generations(glider, 8), 33))
    print("back home:", torus[32] == torus[0], [len(c) for c in torus[:5]])
    growth = [len(cells) for cells in islice(generations(parse(PATTERNS["r-pentomino"])), 0, 201, 20)]
    print("r-pentomino", growth)
    print("diehard dies at", next(age for age, cells in zip(count(), generations(parse(PATTERNS["diehard"]))) if not cells))
    for rule in (30, 90, 110):
        print("rule", rule)
        for row in islice(elementary(rule, 47), 12):
            print(format(row, "047b").translate({48: " ", 49: "#"}).rstrip())
    print(hash(tuple(islice(elementary(30, 64), 100))) == hash(tuple(islice(elementary(30, 64), 100))))
    print(sum(row & 1 for row in islice(elementary(30, 101, 1 << 50), 500)))
    ant = Ant("RL").walk(500)
    print(ant, Counter(ant.colours.values())[1], ant.place)
    print(len(Ant("RL").walk(11000).colours), Ant("LLRR").walk(2000).place, Ant("RLLR").walk(150))
    piles, topplings = sandpile(300)
    print(topplings, Counter(piles.values()).most_common(), sum(piles.values()))
    radius = max(r for r, _ in piles)
    for r in range(-radius, radius + 1):
        print("".join(" .:#"[piles.get((r, c), 0)] for c in range(-radius, radius + 1)).rstrip())


main()
