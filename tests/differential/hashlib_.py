# hashlib_.py: _md5, _sha1, _sha2, _sha3, _blake2 and _hmac against the algorithms of their standards, written out here.

import _blake2
import _md5
import _sha1
import _sha2
import _sha3
import hmac

import harness

WORD, LONG = 0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF


def padded(data, block, order, width):
    return data + b"\x80" + bytes((-len(data) - 1 - width) % block) + (8 * len(data)).to_bytes(width, order)


def rol(value, count):
    return (value << count | value >> (32 - count)) & WORD


SINES = [int(abs(__import__("math").sin(i + 1)) * 2**32) & WORD for i in range(64)]
TURNS = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]]


def md5(data):
    state = [0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476]
    data = padded(data, 64, "little", 8)
    for at in range(0, len(data), 64):
        words = [int.from_bytes(data[i:i + 4], "little") for i in range(at, at + 64, 4)]
        a, b, c, d = state
        for i in range(64):
            kind = i >> 4
            f, g = ((b & c | ~b & d, i), (d & b | ~d & c, 5 * i + 1), (b ^ c ^ d, 3 * i + 5), (c ^ (b | ~d & WORD), 7 * i))[kind]
            a, d, c, b = d, c, b, b + rol(f + a + SINES[i] + words[g & 15] & WORD, TURNS[kind][i & 3]) & WORD
        state = [x + y & WORD for x, y in zip(state, (a, b, c, d))]
    return b"".join(x.to_bytes(4, "little") for x in state)


def sha1(data):
    state = [0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0]
    data = padded(data, 64, "big", 8)
    for at in range(0, len(data), 64):
        w = [int.from_bytes(data[i:i + 4], "big") for i in range(at, at + 64, 4)]
        for i in range(16, 80):
            w.append(rol(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1))
        a, b, c, d, e = state
        for i in range(80):
            f, k = ((b & c | ~b & d, 0x5A827999), (b ^ c ^ d, 0x6ED9EBA1), (b & c | b & d | c & d, 0x8F1BBCDC), (b ^ c ^ d, 0xCA62C1D6))[i // 20]
            a, b, c, d, e = rol(a, 5) + f + e + k + w[i] & WORD, a, rol(b, 30), c, d
        state = [x + y & WORD for x, y in zip(state, (a, b, c, d, e))]
    return b"".join(x.to_bytes(4, "big") for x in state)


def primes(count):
    found, number = [], 2
    while len(found) < count:
        if all(number % prime for prime in found):
            found.append(number)
        number += 1
    return found


def root(number, degree, bits):
    """The first bits behind the point of a root."""
    target, low = number << degree * bits, 0
    for bit in range(bits + 5, -1, -1):
        if (low | 1 << bit) ** degree <= target:
            low |= 1 << bit
    return low & ((1 << bits) - 1)


PRIMES = primes(80)
K = {32: [root(p, 3, 32) for p in PRIMES[:64]], 64: [root(p, 3, 64) for p in PRIMES]}
START = {"sha256": [root(p, 2, 32) for p in PRIMES[:8]], "sha512": [root(p, 2, 64) for p in PRIMES[:8]], "sha384": [root(p, 2, 64) for p in PRIMES[8:16]]}
START["sha224"] = [value & WORD for value in START["sha384"]]
SHIFTS = {32: ((2, 13, 22), (6, 11, 25), (7, 18, 3), (17, 19, 10)), 64: ((28, 34, 39), (14, 18, 41), (1, 8, 7), (19, 61, 6))}


def sha2(name, data):
    bits = 32 if name in ("sha224", "sha256") else 64
    mask, size = (1 << bits) - 1, bits // 8
    k, (s0, s1, t0, t1) = K[bits], SHIFTS[bits]

    def ror(value, count):
        return value >> count | value << (bits - count) & mask

    state = START[name]
    data = padded(data, size * 16, "big", size * 2)
    for at in range(0, len(data), size * 16):
        w = [int.from_bytes(data[i:i + size], "big") for i in range(at, at + size * 16, size)]
        for i in range(16, len(k)):
            x, y = w[i - 15], w[i - 2]
            w.append(w[i - 16] + (ror(x, t0[0]) ^ ror(x, t0[1]) ^ x >> t0[2]) + w[i - 7] + (ror(y, t1[0]) ^ ror(y, t1[1]) ^ y >> t1[2]) & mask)
        a, b, c, d, e, f, g, h = state
        for i in range(len(k)):
            one = h + (ror(e, s1[0]) ^ ror(e, s1[1]) ^ ror(e, s1[2])) + (e & f ^ ~e & g) + k[i] + w[i]
            two = (ror(a, s0[0]) ^ ror(a, s0[1]) ^ ror(a, s0[2])) + (a & b ^ a & c ^ b & c)
            a, b, c, d, e, f, g, h = one + two & mask, a, b, c, d + one & mask, e, f, g
        state = [x + y & mask for x, y in zip(state, (a, b, c, d, e, f, g, h))]
    return b"".join(x.to_bytes(size, "big") for x in state)[: int(name[3:]) // 8]


def round_constants():
    """FIPS 202: rc from a shift register."""
    register, constants = 1, []
    for _ in range(24):
        constant = 0
        for j in range(7):
            if register & 1:
                constant |= 1 << (1 << j) - 1
            register = register << 1 ^ (0x171 if register & 0x80 else 0)
        constants.append(constant)
    return constants


ROUNDS = round_constants()


def keccak(lanes):
    for constant in ROUNDS:
        columns = [lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20] for x in range(5)]
        for x in range(5):
            other = columns[(x + 1) % 5]
            mixed = columns[x - 1] ^ (other << 1 | other >> 63) & LONG
            for y in range(0, 25, 5):
                lanes[x + y] ^= mixed
        x, y, current = 1, 0, lanes[1]
        for t in range(24):
            x, y = y, (2 * x + 3 * y) % 5
            turn = (t + 1) * (t + 2) // 2 % 64
            at = x + 5 * y
            current, lanes[at] = lanes[at], (current << turn | current >> (64 - turn)) & LONG
        for y in range(0, 25, 5):
            row = lanes[y:y + 5]
            for x in range(5):
                lanes[x + y] = row[x] ^ ~row[(x + 1) % 5] & row[(x + 2) % 5] & LONG
        lanes[0] ^= constant


def sha3(data, rate, suffix, length):
    lanes, data = [0] * 25, bytearray(data + bytes([suffix]))
    data += bytes(-len(data) % rate)
    data[-1] |= 0x80
    for at in range(0, len(data), rate):
        for i in range(rate // 8):
            lanes[i] ^= int.from_bytes(data[at + 8 * i:at + 8 * i + 8], "little")
        keccak(lanes)
    out = b""
    while len(out) < length:
        out += b"".join(lane.to_bytes(8, "little") for lane in lanes[: rate // 8])
        keccak(lanes)
    return out[:length]


SIGMA = [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15], [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
         [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4], [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
         [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13], [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
         [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11], [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
         [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5], [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0]]


def blake2(bits, data, key, length, salt, person):
    size, rounds, turns = (8, 12, (32, 24, 16, 63)) if bits == 64 else (4, 10, (16, 12, 8, 7))
    mask, start = (1 << bits) - 1, START["sha512" if bits == 64 else "sha256"]
    block = 16 * size
    parameters = bytes([length, len(key), 1, 1]) + bytes(size * 4 - 4) + salt.ljust(size * 2, b"\0") + person.ljust(size * 2, b"\0")
    state = [value ^ int.from_bytes(parameters[i * size:i * size + size], "little") for i, value in enumerate(start)]
    if key:
        data = key.ljust(block, b"\0") + data
    for at in range(0, max(len(data), 1), block):
        piece = data[at:at + block]
        m = [int.from_bytes(piece.ljust(block, b"\0")[i:i + size], "little") for i in range(0, block, size)]
        v = state + start
        v[12] ^= at + len(piece)
        if at + block >= len(data):
            v[14] ^= mask
        for turn in range(rounds):
            order = SIGMA[turn % 10]
            for i, (a, b, c, d) in enumerate(((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15), (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14))):
                for half in (0, 1):
                    v[a] = v[a] + v[b] + m[order[2 * i + half]] & mask
                    x = v[d] ^ v[a]
                    v[d] = (x >> turns[2 * half] | x << (bits - turns[2 * half])) & mask
                    v[c] = v[c] + v[d] & mask
                    x = v[b] ^ v[c]
                    v[b] = (x >> turns[2 * half + 1] | x << (bits - turns[2 * half + 1])) & mask
        state = [x ^ y ^ z for x, y, z in zip(state, v[:8], v[8:])]
    return b"".join(x.to_bytes(size, "little") for x in state)[:length]


def fed(made, pieces):
    for piece in pieces:
        made.update(piece)
        made.copy().update(b"elsewhere")
    return made


def case(r, agree):
    pieces = [r.randbytes(r.choice((0, 1, 3, 55, 56, 63, 64, 65, 111, 130))) for _ in range(r.randint(0, 2))]
    data = b"".join(pieces)
    kind = r.randint(0, 5)
    if kind == 0:
        agree("md5", lambda: fed(_md5.md5(), pieces).digest(), lambda: md5(data))
    elif kind == 1:
        agree("sha1", lambda: fed(_sha1.sha1(), pieces).hexdigest(), lambda: sha1(data).hex())
    elif kind == 2:
        name = r.choice(("sha224", "sha256", "sha384", "sha512"))
        agree(name, lambda: fed(getattr(_sha2, name)(), pieces).digest(), lambda: sha2(name, data))
    elif kind == 3:
        name, length = r.choice((("sha3_224", 28), ("sha3_256", 32), ("sha3_384", 48), ("sha3_512", 64)))
        agree(name, lambda: fed(getattr(_sha3, name)(), pieces).digest(), lambda: sha3(data, 200 - 2 * length, 6, length))
    elif kind == 4:
        name, rate = r.choice((("shake_128", 168), ("shake_256", 136)))
        length = r.choice((0, 1, 32, 200))
        agree(name, lambda: fed(getattr(_sha3, name)(), pieces).digest(length), lambda: sha3(data, rate, 31, length))
    else:
        bits, key, salt, person = r.choice((32, 64)), r.randbytes(r.choice((0, 0, 5, 32))), r.randbytes(r.randint(0, 8)), r.randbytes(r.randint(0, 8))
        length = r.randint(1, bits)
        make = _blake2.blake2b if bits == 64 else _blake2.blake2s
        agree(make.__name__, lambda: fed(make(key=key, digest_size=length, salt=salt, person=person), pieces).digest(),
              lambda: blake2(bits, data, key, length, salt, person))
    key = r.randbytes(r.choice((0, 5, 64, 70)))
    name = r.choice(("md5", "sha1", "sha256", "sha512"))

    def manual():
        plain, block = (md5, 64) if name == "md5" else (sha1, 64) if name == "sha1" else (lambda text: sha2(name, text), 64 if name == "sha256" else 128)
        padded_key = (plain(key) if len(key) > block else key).ljust(block, b"\0")
        return plain(bytes(x ^ 0x5C for x in padded_key) + plain(bytes(x ^ 0x36 for x in padded_key) + data))

    if agree.number % 3 == 0:
        agree("hmac " + name, lambda: hmac.digest(key, data, name), manual)
    wrong = r.choice(("text", None, 3, [1]))
    agree("wrong", lambda: _md5.md5(wrong))
    agree("wrong", lambda: _sha3.shake_128().digest(wrong))
    agree("wrong", lambda: _blake2.blake2b(digest_size=r.choice((0, 65, -1, "x"))))


if __name__ == "__main__":
    harness.main(case)
