"""A solar system in the terminal: the inner planets from January 2026, and when they next line up."""

import math
from dataclasses import dataclass
from datetime import date, timedelta

START = date(2026, 1, 1)


@dataclass(frozen=True)
class Planet:
    name: str
    symbol: str
    distance: float  # astronomical units
    year: float  # days
    longitude: float  # degrees on the start day

    def angle(self, day):
        return math.radians(self.longitude + 360 * day / self.year)

    def place(self, day):
        return self.distance * math.cos(self.angle(day)), self.distance * math.sin(self.angle(day))


PLANETS = [
    Planet("Mercury", "m", 0.387, 87.97, 254.0),
    Planet("Venus", "v", 0.723, 224.70, 278.0),
    Planet("Earth", "E", 1.000, 365.26, 100.0),
    Planet("Mars", "M", 1.524, 686.98, 288.0),
]


def draw(day, width=61, height=25):
    canvas = [[" "] * width for _ in range(height)]

    def put(x, y, mark):
        column = round((x / 1.7 + 1) * (width - 1) / 2)
        row = round((1 - y / 1.7) * (height - 1) / 2)
        canvas[row][column] = mark

    for planet in PLANETS:
        for degrees in range(0, 360, 6):
            turn = math.radians(degrees)
            put(planet.distance * math.cos(turn), planet.distance * math.sin(turn), "·")
    put(0, 0, "☀")
    for planet in PLANETS:
        put(*planet.place(day), planet.symbol)
    return "\n".join("".join(row).rstrip() for row in canvas)


def gap(first, second, day):
    """The angle between two planets as the Sun sees it, in degrees."""
    turn = math.degrees(first.angle(day) - second.angle(day)) % 360
    return min(turn, 360 - turn)


def conjunctions(first, second, days):
    for day in range(1, days):
        before, now, after = (gap(first, second, day + step) for step in (-1, 0, 1))
        if now < before and now <= after and now < 2:
            yield START + timedelta(days=day)


def spread(day):
    angles = sorted(math.degrees(planet.angle(day)) % 360 for planet in PLANETS)
    return 360 - max((b - a) % 360 for a, b in zip(angles, [*angles[1:], angles[0] + 360]))


def main():
    for day in (0, 60):
        print(f"— {START + timedelta(days=day):%d %B %Y} —")
        print(draw(day))
    earth = PLANETS[2]
    for planet in PLANETS:
        if planet is not earth:
            dates = ", ".join(f"{day:%d %b %Y}" for day in conjunctions(planet, earth, 365 * 5))
            print(f"{planet.name:<8} in line with Earth: {dates}")
    best = min(range(365 * 20), key=spread)
    print(f"The four stand closest together on {START + timedelta(days=best):%A, %d %B %Y}: within {spread(best):.1f}°.")


main()
