# zoneinfo_.py: _zoneinfo against zoneinfo._zoneinfo: zones by name, and files with footers and transitions made up here.

import io
import struct
import zoneinfo._zoneinfo as pure
from datetime import datetime, timedelta, timezone

import _zoneinfo as native
import harness

KEYS = ("Europe/Berlin", "Europe/Dublin", "America/New_York", "America/Sao_Paulo", "Asia/Tokyo", "Asia/Kathmandu", "Africa/Casablanca",
        "Australia/Lord_Howe", "Antarctica/Troll", "Pacific/Apia", "Europe/Vilnius", "America/Argentina/Buenos_Aires", "UTC", "Etc/GMT+5")
PIECES = ("AAA", "<+03>", "A", "4", "-3", "+12:30", "24:59:59", "25", "BBB", "<-02>", "5", ",M3.2.0", ",M11.1.0/3", ",J59", ",J60/25",
          ",J300/-3", ",0", ",365/167:59:59", ",59", ",366", ",M3.5.0/2:30", "/", "x")
RULES = (",M3.2.0", ",M11.1.0/3", ",J59", ",J60/25", ",J300/-3", ",0", ",365/167:59:59", ",59", ",M3.5.0/2:30", ",M10.5.0/3")


def footer(r):
    if r.random() < 0.3:
        return "".join(r.choice(PIECES) for _ in range(r.randint(0, 6)))
    standard = r.choice(("AAA", "<-03>")) + r.choice(("", "-", "+")) + str(r.randint(0, 14)) + r.choice(("", ":30", ":15:10"))
    if r.random() < 0.3:
        return standard
    return standard + "BBB" + r.choice(("", "3", "-4", "-2:30")) + r.choice(RULES) + r.choice(RULES)


def tzif(r):
    kinds = [(r.randint(-50000, 50000) // 900 * 900, r.randint(0, 1), 0) for _ in range(r.randint(1, 4))]
    times = sorted(r.randint(-2**31, 2**31) for _ in range(r.choice((0, 1, 2, 6))))
    indices = bytes(r.randrange(len(kinds)) for _ in times)

    def header(times, kinds):
        return b"TZif2" + bytes(15) + struct.pack(">6l", 0, 0, 0, times, kinds, 4 if kinds else 0)

    return (header(0, 0) + header(len(times), len(kinds)) + struct.pack(f">{len(times)}q", *times) + indices +
            b"".join(struct.pack(">lbb", *kind) for kind in kinds) + b"TTT\0\n" + footer(r).encode() + b"\n"), times


def moments(r, times):
    for _ in range(4):
        at = r.choice(times) + r.randint(-90000, 90000) if times and r.random() < 0.5 else r.randint(-4 * 10**9, 8 * 10**9)
        when = datetime(1970, 1, 1) + timedelta(seconds=at)
        if r.random() < 0.5:
            when = when.replace(month=r.choice((1, 3, 10, 11, 12)), day=r.randint(1, 28), hour=r.randint(0, 5))
        yield when.replace(fold=r.randint(0, 1))


def answers(zone, whens):
    got = []
    for when in whens:
        for ask in (zone.utcoffset, zone.dst, zone.tzname):
            got.append(harness.attempt(ask, when))
        back = harness.attempt(when.replace(tzinfo=timezone.utc, fold=0).astimezone, zone)
        got.append((back if isinstance(back, harness.Failed) else (back.replace(tzinfo=None), back.fold)))
    return got


def case(r, agree):
    if r.random() < 0.4:
        key, whens = r.choice(KEYS), list(moments(r, ()))
        agree(key, lambda: answers(native.ZoneInfo(key), whens), lambda: answers(pure.ZoneInfo(key), whens))
        return
    data, times = tzif(r)
    whens = list(moments(r, times))

    def of(kind):
        return lambda: answers(kind.from_file(io.BytesIO(data), key="made up"), whens)

    # CPython's own pair differs where a footer contradicts the last transition, and before the first one of a zone that is all summer time.
    agree(repr(data), of(native.ZoneInfo), None if times else of(pure.ZoneInfo), loose=True)


if __name__ == "__main__":
    harness.main(case)
