# binascii_.py: binascii against models by plain arithmetic, and against quopri without it.

import base64
import binascii as native
import io

import harness

quopri = harness.pure("quopri", "binascii")
ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def base64_text(data):
    out = bytearray()
    for at in range(0, len(data), 3):
        piece = data[at:at + 3]
        number = int.from_bytes(piece.ljust(3, b"\0"), "big")
        out += bytes(ALPHABET[number >> shift & 63] for shift in (18, 12, 6, 0))[: len(piece) + 1].ljust(4, b"=")
    return bytes(out) + b"\n"


def base64_data(text):
    """Lenient decoding of well-padded text with foreign characters in it."""
    bits, count, out = 0, 0, bytearray()
    for character in text:
        if character in ALPHABET:
            bits, count = bits << 6 | ALPHABET.index(character), count + 1
            if count % 4 == 0:
                out += bits.to_bytes(3, "big")
                bits = 0
    if count % 4:
        out += (bits << 6 * (4 - count % 4)).to_bytes(3, "big")[: count % 4 - 1]
    return bytes(out)


def uu_line(data, backtick):
    zero = b"`"[0] if backtick else 32
    out = bytearray([len(data) + 32 if data else zero])
    for at in range(0, len(data), 3):
        number = int.from_bytes(data[at:at + 3].ljust(3, b"\0"), "big")
        out += bytes((number >> shift & 63) + 32 if number >> shift & 63 else zero for shift in (18, 12, 6, 0))
    return bytes(out) + b"\n"


def crc(data, value, polynomial):
    value ^= 0xFFFFFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (polynomial if value & 1 else 0)
    return value ^ 0xFFFFFFFF


def crc_hqx(data, value):
    value &= 0xFFFF
    for byte in data:
        value ^= byte << 8
        for _ in range(8):
            value = (value << 1 ^ (0x1021 if value & 0x8000 else 0)) & 0xFFFF
    return value


def hexed(data, *rest):
    digits = ["%02x" % byte for byte in data]
    if not rest:
        return "".join(digits).encode()
    mark, group = rest
    if group >= 0:
        digits.reverse()
    groups = ["".join(reversed(digits[at:at + group]) if group > 0 else digits[at:at - group]) for at in range(0, len(digits), abs(group))] \
        if group else ["".join(reversed(digits))]
    return mark.join(reversed(groups) if group >= 0 else groups).encode()


def quoted(module, data, tabs):
    out = io.BytesIO()
    module.encode(io.BytesIO(data), out, tabs)
    return out.getvalue()


def unquoted(module, data, header):
    out = io.BytesIO()
    module.decode(io.BytesIO(data), out, header)
    return out.getvalue()


def case(r, agree):
    data = r.randbytes(r.choice((0, 1, 2, 3, 4, 7, 20, 45, 60)))
    agree("b2a_base64", lambda: native.b2a_base64(data), lambda: base64_text(data))
    noise = bytearray(base64_text(data))
    for _ in range(r.randint(0, 3)):
        noise.insert(r.randint(0, max(0, len(noise) - 3)), r.choice(b" \n-_!\x00\xff"))
    agree("a2b_base64", lambda: native.a2b_base64(noise), lambda: base64_data(noise))
    text = r.choice((bytes(r.choices(ALPHABET + b"==== \n", k=r.randint(0, 9))), noise))
    agree("a2b_base64 any", lambda: native.a2b_base64(text))
    agree("a2b_base64 strict", lambda: native.a2b_base64(text, strict_mode=True))
    line = data[:45]
    agree("b2a_uu", lambda: native.b2a_uu(line, backtick=r.random() < 2), lambda: uu_line(line, True))
    agree("b2a_uu", lambda: native.b2a_uu(line), lambda: uu_line(line, False))
    agree("a2b_uu", lambda: native.a2b_uu(uu_line(line, True)), lambda: line)
    spoiled = bytearray(uu_line(line, False))
    spoiled[r.randrange(len(spoiled))] = r.randrange(256)
    agree("a2b_uu any", lambda: native.a2b_uu(bytes(spoiled)))
    agree("crc32", lambda: native.crc32(data, len(data)), lambda: crc(data, len(data), 0xEDB88320))
    agree("crc_hqx", lambda: native.crc_hqx(data, 77777), lambda: crc_hqx(data, 77777))
    rest = r.choice(((), (":", 1), ("-", 2), (" ", -3), (":", 4), ("_", -1)))
    agree("hexlify", lambda: native.hexlify(data, *rest), lambda: hexed(data, *rest))
    agree("hex", lambda: data.hex(*rest).encode(), lambda: hexed(data, *rest))
    digits = harness.text(r, 6, "0123456789abcdefABCDEFg ").encode()
    agree("unhexlify", lambda: native.unhexlify(digits))
    lines = r.choice((data, harness.text(r, 200, "abc =\t\r\n.é_?").encode(), b"=3D=4 =\n=zz=\r\n" + data))
    tabs = r.random() < 0.5
    agree("b2a_qp", lambda: native.b2a_qp(lines, quotetabs=tabs, istext=r.random() < 2, header=tabs))
    agree("qp round trip", lambda: native.a2b_qp(native.b2a_qp(lines, istext=False)), lambda: lines)
    plain = lines.replace(b"\r", b"")
    agree("a2b_qp", lambda: native.a2b_qp(quoted(quopri, plain, tabs)), lambda: unquoted(quopri, quoted(quopri, plain, tabs), False))
    agree("a2b_qp any", lambda: native.a2b_qp(lines, header=tabs))
    for name in ("b64encode", "b32encode", "b16encode", "b85encode", "a85encode", "b32hexencode", "z85encode"):
        if r.random() < 0.3:
            back = name.replace("encode", "decode")
            agree(name, lambda: getattr(base64, back)(getattr(base64, name)(data)), lambda: data)
            agree(back, lambda: getattr(base64, back)(digits))
    wrong = r.choice(("é", "QQ==", None, 3, memoryview(b"QUI=")[::2], bytearray(b"QUI"), "Q"))
    agree("wrong", lambda: native.a2b_base64(wrong))
    agree("wrong", lambda: native.unhexlify(wrong))


if __name__ == "__main__":
    harness.main(case)
