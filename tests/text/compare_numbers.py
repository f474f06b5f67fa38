#!/usr/bin/env python3.14
"""Compares number text with the running interpreter's on random and on awkward values.

Usage: python3.14 compare_numbers.py PROBE_PROGRAM [ROUNDS]
PROBE_PROGRAM is build/KIND/probes/probe_numbers. Exits 1 when anything differs.
"""

import random
import struct
import subprocess
import sys

AWKWARD = [0.0, -0.0, 1.0, -1.0, 0.1, 0.5, 1.5, 2.5, 5.0, 15.0, 25.0, 50.0, 55.0, 150.0, 1e15, 1e16, 1e17, 123456789012345680.0, 9999999999999998.0,
           1e22, 1e23, 5e-324, 2.2250738585072014e-308, 2.225073858507201e-308, 1.7976931348623157e308, 1e-4, 1e-5,
           9.999e-5, 0.00012345, 1e100, 1e-100, 0.3, 2.675, 1.005, 999999.5, 9999995.0, 0.999999999, 4.35,
           float("inf"), float("-inf"), float("nan"), 2.0**53, 2.0**53 + 2, 2.0**-1074, 2.0**1023, 1e300, 12345.6789,
           99999.99999999999, 0.0001, 0.001, 1 / 3, 2 / 3, 1e21, 123456.0, 100000.0, 1000000.0]


def bits(value):
    return f"{struct.unpack('<Q', struct.pack('<d', value))[0]:016x}"


def same_bits(value):
    return "nan" if value != value else bits(value)


def value(rng):
    kind = rng.randrange(6)
    if kind == 0:
        return rng.choice(AWKWARD) * rng.choice((1, -1))
    if kind == 1:
        return struct.unpack("<d", struct.pack("<Q", rng.getrandbits(64)))[0]
    if kind == 2:
        return rng.randrange(-10**6, 10**6) / rng.choice((1, 2, 4, 8, 10, 100, 1000, 16))
    if kind == 3:
        return rng.uniform(-1, 1) * 10.0 ** rng.randrange(-20, 25)
    if kind == 4:
        return float(rng.randrange(10**rng.randrange(1, 25)))
    return rng.randrange(1, 100) * 10.0 ** rng.randrange(-320, 300) * rng.choice((1, -1))


def maybe(rng, choices, chance=0.5):
    return rng.choice(choices) if rng.random() < chance else ""


def specification(rng):
    parts = [maybe(rng, ("*<", "<", ">", "^", "=", "0=", "x>", "\u20ac^", "0>", "0<")), maybe(rng, "+- ", 0.3), maybe(rng, "z", 0.2),
             maybe(rng, "#", 0.3), maybe(rng, "0", 0.4), maybe(rng, ("1", "5", "10", "11", "12", "13", "30", "57", "\u0663\u0660")),
             maybe(rng, (",", "_"), 0.4), maybe(rng, (".0", ".1", ".2", ".3", ".7", ".15", ".17", ".40", ".400", ".2,", ".9_", ".,"), 0.5),
             maybe(rng, "eEfFgG%ndboxXcsq", 0.8)]
    if rng.random() < 0.03:
        parts.insert(rng.randrange(len(parts)), rng.choice(",_.z#q\u1234"))
    return "".join(parts)


def number_text(rng):
    digits = lambda n: "".join(rng.choice("0123456789") for _ in range(rng.randrange(n)))
    text = maybe(rng, "+-", 0.3) + digits(rng.choice((3, 20, 800))) + maybe(rng, ".", 0.7) + digits(rng.choice((3, 20, 800)))
    text += maybe(rng, "eE", 0.6) and "e" + maybe(rng, "+-") + digits(rng.choice((2, 4, 6)))
    if rng.random() < 0.1:
        text = rng.choice(("inf", "-Infinity", "nan", "+NaN", "infinit", "1_000.5", "1__0", "_1", "1_", "1_.5", "\u0661\u0662.5",
                           " 1 ", "\u20031.5\u2003", "1 2", "", ".", "e5", "1e", "1e+", "0x10", "1e400", "-1e400", "1e-400", "-1e-400",
                           "0e99999999999999999999", "1e99999999999999999999", "1e-99999999999999999999", "infx", "--1", "1e5_0",
                           "0." + "0" * 400 + "1e401", "1" + "0" * 400 + "e-400", "2.4703282292062328e-324", "2.4703282292062327e-324",
                           "1.7976931348623158e308", "1.7976931348623159e308", "179769313486231580793728971405301e276"))
    return text


def hex_text(rng):
    digits = lambda n: "".join(rng.choice("0123456789abcdefABCDEF") for _ in range(rng.randrange(n)))
    text = maybe(rng, "+-", 0.3) + maybe(rng, ("0x", "0X")) + digits(rng.choice((3, 20, 40))) + maybe(rng, ".", 0.6) + digits(20)
    text += maybe(rng, "p", 0.7) and rng.choice("pP") + maybe(rng, "+-") + str(rng.choice((0, 1, 10, 1000, 1020, 1022, 1050, 1074, 1100, 99999999999999999999)))
    return maybe(rng, " \v", 0.1) + text + maybe(rng, " \n"[:1], 0.1)


def attempt(function, *arguments):
    try:
        return function(*arguments)
    except ValueError as error:
        return f"ValueError {error}"


def kind_of(function, text):
    try:
        return same_bits(function(text))
    except (ValueError, OverflowError) as error:
        return type(error).__name__


def rounded(v, n):
    try:
        return same_bits(round(v, n))
    except OverflowError:
        return bits(float("inf") if v > 0 else float("-inf"))


def to_base(n, base):
    text, m = "", abs(n)
    while True:
        text = "0123456789abcdefghijklmnopqrstuvwxyz"[m % base] + text
        m //= base
        if not m:
            return "-" * (n < 0) + text


def questions(rng, rounds):
    for v in AWKWARD:
        yield f"r\t{bits(v)}", repr(v)
        for n in range(-3, 5):
            yield f"R\t{bits(v)}\t{n}", rounded(v, n)
    for _ in range(rounds):
        v = value(rng)
        yield f"r\t{bits(v)}", repr(v)
        yield f"h\t{bits(v)}", v.hex()
        text = hex_text(rng)
        yield f"H\t{text}", kind_of(float.fromhex, text)
        text = number_text(rng)
        yield f"p\t{text}", kind_of(float, text)
        digits = rng.choice((rng.randrange(-5, 20), rng.randrange(-330, 340)))
        yield f"R\t{bits(v)}\t{digits}", rounded(v, digits)
        style, precision, alternate = rng.choice("efg"), rng.choice((0, 1, 2, 5, 6, 15, 16, 17, 20, 60, 400, 1500)), rng.randrange(2)
        yield f"%\t{bits(v)}\t{style}\t{precision}\t{alternate}", f"%{'#' * alternate}.{precision}{style}" % v
        text = specification(rng)
        yield f"F\t{bits(v)}\t{text}", attempt(format, v, text)
        if text:
            n = rng.choice((0, 1, -1, 65, rng.randrange(-10**6, 10**6), rng.randrange(-2**63, 2**63)))
            if "c" in text:
                n = 65
            yield f"I\t{n}\t{text}", attempt(format, n, text)
        n, base = rng.choice((rng.randrange(-2**63, 2**63), rng.randrange(-1000, 1000), -2**63, 2**63 - 1)), rng.randrange(2, 37)
        yield f"b\t{n}\t{base}", to_base(n, base)
        yield f"b\t{n}\t10", str(n)


def main():
    program = sys.argv[1]
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 20000
    asked = list(questions(random.Random(1), rounds))
    output = subprocess.run([program], input="".join(question + "\n" for question, _ in asked), stdout=subprocess.PIPE,
                            check=True, encoding="utf-8").stdout
    answers = output.split("\n")[:-1]
    assert len(answers) == len(asked)
    wrong = [(q, a, e) for (q, e), a in zip(asked, answers) if a != e]
    for question, ours, theirs in wrong[:20]:
        print(f"{question[:200]!r}: ours {ours[:200]!r}, reference {theirs[:200]!r}")
    print(f"{len(asked) - len(wrong)} passed, {len(wrong)} failed")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
