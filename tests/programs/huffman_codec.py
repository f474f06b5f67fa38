"""Compression: Huffman codes on a bit stream, run lengths, LZ77, Burrows-Wheeler and move-to-front, compared."""

import heapq
from collections import Counter
from itertools import groupby


class BitWriter:
    def __init__(self):
        self.out, self.bits, self.count = bytearray(), 0, 0

    def write(self, value, width):
        self.bits = self.bits << width | value
        self.count += width
        while self.count >= 8:
            self.count -= 8
            self.out.append(self.bits >> self.count & 0xFF)
            self.bits &= (1 << self.count) - 1

    def finish(self):
        if self.count:
            self.write(0, 8 - self.count)
        return bytes(self.out)


class BitReader:
    def __init__(self, data):
        self.data, self.place = data, 0

    def bit(self):
        byte, offset = divmod(self.place, 8)
        self.place += 1
        return self.data[byte] >> (7 - offset) & 1

    def read(self, width):
        value = 0
        for _ in range(width):
            value = value << 1 | self.bit()
        return value


def code_lengths(data):
    heap = [(n, symbol, symbol) for symbol, n in Counter(data).items()]
    if len(heap) == 1:
        return {heap[0][1]: 1}
    heapq.heapify(heap)
    while len(heap) > 1:
        n, least, left = heapq.heappop(heap)
        m, other, right = heapq.heappop(heap)
        heapq.heappush(heap, (n + m, min(least, other), (left, right)))
    lengths = {}

    def walk(tree, depth):
        if isinstance(tree, tuple):
            walk(tree[0], depth + 1)
            walk(tree[1], depth + 1)
        else:
            lengths[tree] = depth

    walk(heap[0][2], 0)
    return lengths


def canonical(lengths):
    code = previous = 0
    codes = {}
    for symbol, length in sorted(lengths.items(), key=lambda item: (item[1], item[0])):
        code <<= length - previous
        codes[symbol] = code, length
        code, previous = code + 1, length
    return codes


def huffman_pack(data):
    writer = BitWriter()
    writer.write(len(data), 32)
    if data:
        codes = canonical(code_lengths(data))
        writer.write(len(codes) - 1, 8)
        for symbol, (_, length) in codes.items():
            writer.write(symbol, 8)
            writer.write(length, 8)
        for byte in data:
            writer.write(*codes[byte])
    return writer.finish()


def huffman_unpack(packed):
    reader = BitReader(packed)
    size = reader.read(32)
    if not size:
        return b""
    lengths = {}
    for _ in range(reader.read(8) + 1):
        symbol = reader.read(8)
        lengths[symbol] = reader.read(8)
    table = {(code, length): symbol for symbol, (code, length) in canonical(lengths).items()}
    out, code, length = bytearray(), 0, 0
    while len(out) < size:
        code, length = code << 1 | reader.bit(), length + 1
        if (code, length) in table:
            out.append(table[code, length])
            code = length = 0
    return bytes(out)


def runs_pack(data):
    out = bytearray()
    for byte, group in groupby(data):
        left = len(list(group))
        while left:
            n = min(left, 255)
            out += bytes((n, byte))
            left -= n
    return bytes(out)


def runs_unpack(packed):
    return b"".join(packed[i + 1:i + 2] * packed[i] for i in range(0, len(packed), 2))


def lz_pack(data, window=255, longest=18):
    out, place = bytearray(), 0
    while place < len(data):
        best, distance = 0, 0
        for length in range(min(longest, len(data) - place - 1), 2, -1):
            found = data.rfind(data[place:place + length], max(0, place - window), place + length - 1)
            if found != -1:
                best, distance = length, place - found
                break
        out += bytes((distance, best, data[place + best]))
        place += best + 1
    return bytes(out)


def lz_unpack(packed):
    out = bytearray()
    for distance, length, literal in zip(*[iter(packed)] * 3):
        for _ in range(length):
            out.append(out[-distance])
        out.append(literal)
    return bytes(out)


def bwt(data):
    order = sorted(range(len(data)), key=lambda i: data[i:] + data[:i])
    return bytes(data[i - 1] for i in order), order.index(0) if data else 0


def unbwt(last, row):
    links = sorted(range(len(last)), key=last.__getitem__)
    out = bytearray()
    for _ in last:
        row = links[row]
        out.append(last[row])
    return bytes(out)


def front(data):
    alphabet, out = list(range(256)), bytearray()
    for byte in data:
        place = alphabet.index(byte)
        out.append(place)
        alphabet.insert(0, alphabet.pop(place))
    return bytes(out)


def unfront(data):
    alphabet, out = list(range(256)), bytearray()
    for place in data:
        out.append(alphabet[place])
        alphabet.insert(0, alphabet.pop(place))
    return bytes(out)


def block_pack(data):
    last, row = bwt(data)
    return row.to_bytes(4, "big") + huffman_pack(front(last))


def block_unpack(packed):
    return unbwt(unfront(huffman_unpack(packed[4:])), int.from_bytes(packed[:4], "big"))


METHODS = {"huffman": (huffman_pack, huffman_unpack), "runs": (runs_pack, runs_unpack), "lz77": (lz_pack, lz_unpack), "block": (block_pack, block_unpack)}


def main():
    text = b"she sells sea shells by the sea shore; the shells she sells are sea shells, i'm sure. "
    samples = {"empty": b"", "one": b"a", "same": b"z" * 700, "text": text * 6, "all": bytes(range(256)) * 3,
               "dna": bytes(b"acgt"[(i * i // 7 + i) % 4] for i in range(900)), "utf8": "żółć gęślą jaźń ".encode() * 12}
    codes = canonical(code_lengths(text))
    for symbol in sorted(codes, key=lambda s: (codes[s][1], s))[:8]:
        print(f"{chr(symbol)!r:>4} {codes[symbol][0]:0{codes[symbol][1]}b}")
    print(f"{'sample':<8}{'size':>6}" + "".join(f"{name:>10}" for name in METHODS))
    for name, data in samples.items():
        row = f"{name:<8}{len(data):>6}"
        for pack, unpack in METHODS.values():
            packed = pack(data)
            assert unpack(packed) == data, (name, pack)
            row += f"{len(packed):>10}"
        print(row)
    print(bwt(b"banana bandana"), front(b"bananaaa").hex(" "), huffman_pack(b"abracadabra").hex())
    print(lz_pack(b"abcabcabcabcx"), runs_pack(b"aaab").hex("-", 2), memoryview(runs_pack(b"aab"))[::2].tolist())


main()
