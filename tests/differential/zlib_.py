# zlib_.py: zlib's checksums and decompressor against pure models; compression, by round trips through the model.

import zlib as native

import harness


def adler32(data, value=1):
    low, high = value & 0xFFFF, value >> 16
    for byte in data:
        low = (low + byte) % 65521
        high = (high + low) % 65521
    return high << 16 | low


TABLE = []
for number in range(256):
    for _ in range(8):
        number = number >> 1 ^ (0xEDB88320 if number & 1 else 0)
    TABLE.append(number)


def crc32(data, value=0):
    value ^= 0xFFFFFFFF
    for byte in data:
        value = value >> 8 ^ TABLE[value & 0xFF ^ byte]
    return value ^ 0xFFFFFFFF


class Bits:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, count):
        value = 0
        for bit in range(count):
            value |= (self.data[self.at >> 3] >> (self.at & 7) & 1) << bit
            self.at += 1
        return value

    def symbol(self, codes):
        length = code = 0
        while True:
            code, length = code << 1 | self.take(1), length + 1
            if (length, code) in codes:
                return codes[length, code]


def huffman(lengths):
    codes, code = {}, 0
    for length in range(1, 16):
        for symbol, size in enumerate(lengths):
            if size == length:
                codes[length, code] = symbol
                code += 1
        code <<= 1
    return codes


FIXED = huffman([8] * 144 + [9] * 112 + [7] * 24 + [8] * 8), huffman([5] * 32)
ORDER = (16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15)


def steps(first, extra_after, count):
    bases, base = [], first
    for i in range(count):
        extra = max(0, i // extra_after - 1)
        bases.append((base, extra))
        base += 1 << extra
    return bases


LENGTHS, DISTANCES = steps(3, 4, 28) + [(258, 0)], steps(1, 2, 30)


def inflate(data):
    """RFC 1951."""
    bits, out, last = Bits(data), bytearray(), 0
    while not last:
        last, kind = bits.take(1), bits.take(2)
        if kind == 0:
            bits.at = -(-bits.at // 8) * 8
            size = bits.take(16)
            bits.take(16)
            out += data[bits.at >> 3:(bits.at >> 3) + size]
            bits.at += 8 * size
            continue
        literals, distances = FIXED
        if kind == 2:
            many, far, short = bits.take(5) + 257, bits.take(5) + 1, bits.take(4) + 4
            sizes = [0] * 19
            for name in ORDER[:short]:
                sizes[name] = bits.take(3)
            codes, lengths = huffman(sizes), []
            while len(lengths) < many + far:
                symbol = bits.symbol(codes)
                if symbol < 16:
                    lengths.append(symbol)
                else:
                    lengths += [lengths[-1] if symbol == 16 else 0] * (bits.take((2, 3, 7)[symbol - 16]) + (3, 3, 11)[symbol - 16])
            literals, distances = huffman(lengths[:many]), huffman(lengths[many:])
        while (symbol := bits.symbol(literals)) != 256:
            if symbol < 256:
                out.append(symbol)
                continue
            base, extra = LENGTHS[symbol - 257]
            size = base + bits.take(extra)
            base, extra = DISTANCES[bits.symbol(distances)]
            distance = base + bits.take(extra)
            for _ in range(size):
                out.append(out[-distance])
    return bytes(out), (bits.at + 7) // 8


def stream(pieces, level, wbits, strategy, flushes):
    made, out = native.compressobj(level, native.DEFLATED, wbits, 8, strategy), []
    for piece, flush in zip(pieces, flushes):
        out.append(made.compress(piece))
        if flush is not None:
            out.append(made.flush(flush))
    out.append(made.flush())
    return b"".join(out)


def unstream(data, wbits, most, tail):
    made, out = native.decompressobj(wbits), []
    data += tail
    while data and not made.eof:
        piece, data = data[:7], data[7:]
        out.append(made.decompress(piece, most))
        while made.unconsumed_tail:
            out.append(made.decompress(made.unconsumed_tail, most))
    out.append(made.flush())
    return b"".join(out), made.eof, made.unused_data + data, made.unconsumed_tail


def case(r, agree):
    pieces = [r.choice((r.randbytes(r.randint(0, 40)), b"abc" * r.randint(0, 60), harness.text(r, 40).encode(), bytes(r.randint(0, 300)))) for _ in range(r.randint(0, 3))]
    data = b"".join(pieces)
    start = r.choice((0, 1, r.getrandbits(32)))
    agree("adler32", lambda: native.adler32(data, start), lambda: adler32(data, start) if start >> 16 < 65521 and start & 0xFFFF < 65521 else native.adler32(data, start))
    agree("crc32", lambda: native.crc32(data, start), lambda: crc32(data, start))
    level, wbits, strategy = r.randint(-1, 9), r.choice((-15, -9, 15, 31, 12)), r.randint(0, 4)
    flushes = [r.choice((None, None, native.Z_SYNC_FLUSH, native.Z_FULL_FLUSH)) for _ in pieces]
    packed = stream(pieces, level, wbits, strategy, flushes)
    head = {-15: 0, -9: 0, 15: 2, 12: 2, 31: 10}[wbits]
    if agree.number % 4 == 0:
        agree("inflate", lambda: native.decompress(packed, wbits), lambda: inflate(packed[head:])[0])
    else:
        agree("round trip", lambda: native.decompress(packed, wbits), lambda: data)
    tail = r.choice((b"", b"", b"tail"))
    most = r.choice((0, 0, 1, 10, 1000))
    agree("objects", lambda: unstream(packed, wbits, most, tail), lambda: (data, True, tail, b""))
    spoiled = bytearray(packed)
    spoiled[r.randrange(len(spoiled))] ^= 1 << r.randint(0, 7)
    agree("spoiled", lambda: native.decompress(spoiled, wbits) if r.random() < 2 else None)
    agree("short", lambda: native.decompress(packed[: len(packed) // 2], wbits))
    agree("wrong", lambda: native.compress(r.choice(("text", None, 5)), level=3))
    agree("wrong", lambda: native.decompressobj(r.choice((0, 7, 99, 15))).decompress(packed, r.choice((-1, 5)) if r.random() < 2 else 0)[:5])


if __name__ == "__main__":
    harness.main(case)
