# struct_.py: _struct's standard sizes against int.to_bytes and a float model.

import struct as native
from fractions import Fraction

import harness

SIZES = {"b": 1, "B": 1, "h": 2, "H": 2, "i": 4, "I": 4, "l": 4, "L": 4, "q": 8, "Q": 8}
FLOATS = {"e": (5, 10), "f": (8, 23), "d": (11, 52)}


def float_bits(value, exponent_bits, fraction_bits):
    """Round to nearest, ties to even, by exact arithmetic."""
    top = (1 << exponent_bits) - 1
    sign = (str(value)[0] == "-") << (exponent_bits + fraction_bits)
    if value != value:
        return sign | top << fraction_bits | 1 << (fraction_bits - 1)
    if value in (float("inf"), float("-inf")):
        return sign | top << fraction_bits
    exact, least = abs(Fraction(value)), 2 - (1 << (exponent_bits - 1))
    if not exact:
        return sign
    exponent = least
    while exact >= Fraction(2) ** (exponent + 1):
        exponent += 1
    scaled = exact / Fraction(2) ** (exponent - fraction_bits)
    whole = round(scaled)
    if whole >> (fraction_bits + 1):
        whole, exponent = whole >> 1, exponent + 1
    if exponent - least + 1 >= top:
        raise OverflowError("float too large")
    if whole >> fraction_bits:
        return sign | (exponent - least + 1) << fraction_bits | whole & ((1 << fraction_bits) - 1)
    return sign | whole


def fraction_value(bits, exponent_bits, fraction_bits):
    top, least = (1 << exponent_bits) - 1, 2 - (1 << (exponent_bits - 1))
    sign = -1.0 if bits >> (exponent_bits + fraction_bits) else 1.0
    exponent, fraction = bits >> fraction_bits & top, bits & ((1 << fraction_bits) - 1)
    if exponent == top:
        return sign * float("nan" if fraction else "inf")
    if not exponent:
        return sign * float(Fraction(fraction) * Fraction(2) ** (least - fraction_bits))
    return sign * float(Fraction(fraction | 1 << fraction_bits) * Fraction(2) ** (exponent - 1 + least - fraction_bits))


def items(codes):
    for count, code in codes:
        if code in "sp":
            yield code, count if count is not None else 1
        else:
            for _ in range(1 if count is None else count):
                yield code, 1


def pack(order, codes, values):
    out, values = b"", iter(values)
    for code, size in items(codes):
        if code == "x":
            out += b"\0"
            continue
        value = next(values)
        if code in SIZES:
            if not isinstance(value, int):
                raise native.error("required argument is not an integer")
            try:
                out += value.to_bytes(SIZES[code], order, signed=code.islower())
            except OverflowError:
                raise native.error("range") from None
        elif code in FLOATS:
            if not isinstance(value, (int, float)):
                raise native.error("required argument is not a float")
            if isinstance(value, int) and abs(value) >= 1 << 1024:
                raise native.error("required argument is not a float")
            bits = float_bits(float(value), *FLOATS[code])
            out += bits.to_bytes((sum(FLOATS[code]) + 1) // 8, order)
        elif code == "?":
            out += b"\1" if value else b"\0"
        elif code == "c":
            if not isinstance(value, bytes) or len(value) != 1:
                raise native.error("char format requires a bytes object of length 1")
            out += value
        elif code == "s":
            if not isinstance(value, bytes):
                raise native.error("argument for 's' must be a bytes object")
            out += value[:size].ljust(size, b"\0")
        elif code == "p":
            if not isinstance(value, bytes):
                raise native.error("argument for 'p' must be a bytes object")
            body = value[:max(size - 1, 0)][:255]
            out += (bytes([len(body)]) + body).ljust(size, b"\0")[:size]
    return out


def unpack(order, codes, data):
    out, at = [], 0
    for code, size in items(codes):
        size = SIZES.get(code) or (sum(FLOATS[code]) + 1) // 8 if code in SIZES or code in FLOATS else size
        piece, at = data[at:at + size], at + size
        if code in SIZES:
            out.append(int.from_bytes(piece, order, signed=code.islower()))
        elif code in FLOATS:
            out.append(fraction_value(int.from_bytes(piece, order), *FLOATS[code]))
        elif code == "?":
            out.append(piece != b"\0")
        elif code == "c" or code == "s":
            out.append(piece)
        elif code == "p":
            out.append(piece[1:][:piece[0]] if piece else b"")
    return tuple(out)


def value_for(r, code):
    if r.random() < 0.02:
        return r.choice((None, "x", b"ab", 1.5, 10**400))
    if code in SIZES:
        bits = 8 * SIZES[code]
        return r.choice((0, 1, -1, (1 << bits) - 1, 1 << (bits - 1), -(1 << (bits - 1)), r.getrandbits(bits), 1 << bits)[: 8 if r.random() < 0.2 else 2]
                        + ((r.getrandbits(bits - 1),)))
    if code in FLOATS:
        return r.choice((harness.real(r), r.uniform(-70000, 70000), 65504.0, 65520.0, 6e-8, 2.0 ** -25, r.randint(-5, 5), 3.4028235677973366e38))
    if code == "?":
        return r.choice((True, False, 0, "", [1]))
    if code == "c":
        return r.choice((b"a", b"\xff", b"ab" if r.random() < 0.1 else b"z"))
    return r.randbytes(r.randint(0, 8))


def case(r, agree):
    codes = [(r.choice((None, None, 0, 1, 2, 3, 5)), r.choice("bBhHiIlLqQefd?csp" + "x")) for _ in range(r.randint(0, 4))]
    mark, order = r.choice((("<", "little"), (">", "big"), ("!", "big")))
    layout = mark + "".join(("" if count is None else str(count)) + code for count, code in codes)
    values = [value_for(r, code) for code, _ in items(codes) if code != "x"]
    packed = harness.attempt(native.pack, layout, *values)
    agree("pack " + layout, lambda: native.pack(layout, *values), lambda: pack(order, codes, values), loose=True)
    size = native.calcsize(layout)
    data = r.randbytes(size) if r.random() < 0.5 or isinstance(packed, harness.Failed) else packed
    agree("unpack", lambda: native.unpack(layout, data), lambda: unpack(order, codes, data))
    agree("iter_unpack", lambda: list(native.iter_unpack(layout, data * 2)), (lambda: [unpack(order, codes, data)] * 2) if size else None)
    offset = r.randint(-3, 5)
    agree("unpack_from", lambda: native.unpack_from(layout, b"abc" + data, offset))

    def pack_into():
        target = bytearray(20)
        return native.pack_into(layout, target, offset, *values), target

    agree("pack_into", pack_into)
    agree("short", lambda: native.unpack(layout, data[: r.randint(0, 3)] + b"x"))
    agree("odd", lambda: native.calcsize(r.choice("@=<>!" + " 3") + harness.text(r, 3, "bhilqQnNPsx0123 ?fdeFDz")))
    mixed = "@" + "".join(r.choices("bhilqQnNPefd?c", k=r.randint(0, 5)))
    agree("aligned", lambda: (native.calcsize(mixed), native.unpack(mixed, bytes(range(native.calcsize(mixed))))))


if __name__ == "__main__":
    harness.main(case)
