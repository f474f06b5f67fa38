#!/usr/bin/env python3.14
"""Compares every property of every code point with the running interpreter's (CPython 3.14: Unicode 16.0).

Usage: python3.14 compare_unicode.py DUMP_PROGRAM [--show N]
DUMP_PROGRAM is build/KIND/probes/dump_unicode. Exits 1 when anything differs.
"""

import subprocess
import sys
import unicodedata
from collections import defaultdict

FIELDS = ("category bidirectional width combining mirrored decimal digit numeric decomposition name flags "
          "upper lower title fold NFC NFD NFKC NFKD old_NFC old_NFD old_NFKC old_NFKD old_category old_bidirectional "
          "old_width old_combining old_mirrored old_decimal old_digit old_numeric old_decomposition found").split()
FORMS = ("NFC", "NFD", "NFKC", "NFKD")


def points(text):
    return " ".join(f"{ord(c):X}" for c in text)


def number(value):
    return "" if value is None else "%.17g" % value


def decomposition(text):
    return " ".join(part if part.startswith("<") else f"{int(part, 16):X}" for part in text.split())


def database(c, data):
    return [data.category(c), data.bidirectional(c), data.east_asian_width(c), str(data.combining(c)),
            str(data.mirrored(c)), str(data.decimal(c, -1)), str(data.digit(c, -1)), number(data.numeric(c, None)),
            decomposition(data.decomposition(c))]


def expected(c):
    flags = (c.isalpha(), c.isdecimal(), c.isdigit(), c.isnumeric(), c.islower(), c.isupper(), c.istitle() and not c.isupper(),
             c.isspace(), len((c + "x").splitlines()) == 2, c.isprintable(), c.isidentifier() and c != "_", ("a" + c).isidentifier(),
             (c + "\u03a3").lower()[-1] == "\u03c2", ("A" + c + "\u03a3").lower()[-1] == "\u03c2")
    new = database(c, unicodedata)
    old = database(c, unicodedata.ucd_3_2_0)
    return [*new, unicodedata.name(c, ""), "".join(str(int(flag)) for flag in flags), points(c.upper()),
            points(c.lower()), points(c.title()), points(c.casefold()),
            *(points(unicodedata.normalize(form, c)) for form in FORMS),
            *(points(unicodedata.ucd_3_2_0.normalize(form, c)) for form in FORMS), *old, "1"]


def main():
    program = sys.argv[1]
    show = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    output = subprocess.run([program], stdout=subprocess.PIPE, check=True).stdout.decode("ascii")
    differences = defaultdict(list)
    for line in output.splitlines():
        point, *fields = line.split(";")
        c = chr(int(point, 16))
        for name, ours, theirs in zip(FIELDS, fields, expected(c), strict=True):
            if ours != theirs:
                differences[name].append((int(point, 16), ours, theirs))
    for name, rows in differences.items():
        print(f"{name}: {len(rows)} differ")
        for point, ours, theirs in rows[:show]:
            print(f"  {point:04X} {unicodedata.name(chr(point), '')}: ours {ours!r}, reference {theirs!r}")
    print(f"{len(FIELDS) - len(differences)} passed, {len(differences)} failed")  # properties, of all code points
    return bool(differences)


if __name__ == "__main__":
    sys.exit(main())
