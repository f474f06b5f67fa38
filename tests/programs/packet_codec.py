"""Bytes: a binary protocol with checksums, variable-length numbers, a streaming parser, base codings, hex dumps, views."""

import base64
import binascii
import struct
import zlib
from array import array
from dataclasses import dataclass
from enum import IntEnum


class Kind(IntEnum):
    HELLO = 1
    DATA = 2
    TABLE = 3
    BYE = 255


class ProtocolError(Exception):
    pass


@dataclass
class Packet:
    kind: Kind
    sequence: int
    body: bytes = b""

    MAGIC = b"\xc0\xde"
    HEAD = struct.Struct(">2sBHH")
    TAIL = struct.Struct("<I")

    def pack(self):
        head = self.HEAD.pack(self.MAGIC, self.kind, self.sequence, len(self.body))
        return head + self.body + self.TAIL.pack(zlib.crc32(head + self.body))


class Parser:
    """Takes bytes in pieces of any size, gives whole packets, and finds its place again after rubbish."""

    def __init__(self):
        self.buffer, self.skipped, self.broken = bytearray(), 0, 0

    def feed(self, data):
        self.buffer += data
        while True:
            start = self.buffer.find(Packet.MAGIC)
            if start < 0:
                keep = 1 if self.buffer.endswith(Packet.MAGIC[:1]) else 0
                self.skip(len(self.buffer) - keep)
                return
            self.skip(start)
            if len(self.buffer) < Packet.HEAD.size:
                return
            _, kind, sequence, length = Packet.HEAD.unpack_from(self.buffer)
            end = Packet.HEAD.size + length
            if len(self.buffer) < end + 4:
                return
            (checksum,) = Packet.TAIL.unpack_from(self.buffer, end)
            if checksum != zlib.crc32(memoryview(self.buffer)[:end]):
                self.broken += 1
                self.skip(2)
                continue
            body = bytes(self.buffer[Packet.HEAD.size:end])
            del self.buffer[:end + 4]
            yield Packet(Kind(kind), sequence, body)

    def skip(self, count):
        self.skipped += count
        del self.buffer[:count]


def varint(n):
    out = bytearray()
    while n > 127:
        out.append(n & 127 | 128)
        n >>= 7
    out.append(n)
    return bytes(out)


def read_varint(view, place):
    n = shift = 0
    while True:
        byte = view[place]
        place += 1
        n |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return n, place


def zigzag(n):
    return n << 1 if n >= 0 else (-n << 1) - 1


def unzigzag(n):
    return n >> 1 ^ -(n & 1)


def encode(value):
    match value:
        case None | True | False:
            return b"ntf"[(None, True, False).index(value):][:1]
        case int():
            return b"i" + varint(zigzag(value))
        case float():
            return b"d" + struct.pack("!d", value)
        case str():
            data = value.encode()
            return b"s" + varint(len(data)) + data
        case bytes() | bytearray():
            return b"b" + varint(len(value)) + bytes(value)
        case list() | tuple():
            return b"l" + varint(len(value)) + b"".join(map(encode, value))
        case dict():
            return b"m" + varint(len(value)) + b"".join(encode(part) for item in value.items() for part in item)
        case _:
            raise ProtocolError(f"cannot encode {type(value).__name__}")


def decode(view, place=0):
    tag, place = view[place:place + 1], place + 1
    match bytes(tag):
        case b"n":
            return None, place
        case b"t" | b"f" as flag:
            return flag == b"t", place
        case b"i":
            n, place = read_varint(view, place)
            return unzigzag(n), place
        case b"d":
            return struct.unpack_from("!d", view, place)[0], place + 8
        case b"s" | b"b" as kind:
            size, place = read_varint(view, place)
            data = bytes(view[place:place + size])
            if len(data) < size:
                raise ProtocolError(f"{size - len(data)} bytes missing")
            return data.decode() if kind == b"s" else data, place + size
        case b"l":
            size, place = read_varint(view, place)
            items = []
            for _ in range(size):
                item, place = decode(view, place)
                items.append(item)
            return items, place
        case b"m":
            size, place = read_varint(view, place)
            pairs = {}
            for _ in range(size):
                key, place = decode(view, place)
                pairs[key], place = decode(view, place)
            return pairs, place
    raise ProtocolError(f"bad tag {bytes(tag)!r} at {place - 1}")


def dump(data, width=16):
    for start in range(0, len(data), width):
        row = data[start:start + width]
        text = "".join(chr(b) if 32 <= b < 127 else "." for b in row)
        yield f"{start:06x}  {row.hex(' '):<{width * 3}} |{text}|"


def xor(data, key):
    return bytes(b ^ key[i % len(key)] for i, b in enumerate(data))


def main():
    message = {"name": "żółw", "sizes": [0, -1, 1, 63, -64, 64, 300, 2**70, -(2**70)], "ok": True, "none": None, "π": 3.140625, "raw": b"\x00\xff", "deep": [[], {}, [[False]]]}
    packed = encode(message)
    print(*dump(packed), sep="\n")
    print(decode(memoryview(packed)) == (message, len(packed)), [varint(n).hex() for n in (0, 127, 128, 300, 2**35)])

    packets = [Packet(Kind.HELLO, 0, b"v1"), Packet(Kind.DATA, 1, packed[:20]), Packet(Kind.TABLE, 2, struct.pack("<3h2f?", 1, -2, 300, 0.5, -1.25, True)), Packet(Kind.BYE, 65535)]
    stream = b"junk" + b"".join(p.pack() for p in packets[:2]) + b"\xc0\xde\x02\x00\x09\x00\x01X0000" + b"".join(p.pack() for p in packets[2:]) + b"tail\xc0"
    for size in (1, 7, len(stream)):
        parser = Parser()
        found = [packet for i in range(0, len(stream), size) for packet in parser.feed(stream[i:i + size])]
        print(size, found == packets, parser.skipped, parser.broken, bytes(parser.buffer))
    print(packets[2], struct.unpack("<3h2f?", packets[2].body), struct.calcsize("<3h2f?"), struct.calcsize("@bhiq"))
    print(struct.pack(">bBhHiIqQ", -1, 255, -2, 65535, -3, 2**32 - 1, -4, 2**64 - 1).hex("_", -4), struct.pack("5s3xp", b"ab", b"z"), list(struct.iter_unpack("<BH", bytes(range(6)))), struct.pack("<e", 1.5).hex(), struct.pack("<2c", b"a", b"b"))

    data = bytes(range(0, 256, 17))
    for name in ("b16", "b32", "b64", "urlsafe_b64", "b85", "a85"):
        coded = getattr(base64, name + "encode")(data)
        print(f"{name:<12}{coded.decode()}  {getattr(base64, name + 'decode')(coded) == data}")
    print(binascii.crc32(b"hello"), zlib.adler32(b"hello"), binascii.crc_hqx(b"hello", 0), binascii.hexlify(b"az", ":"), bytes.fromhex("de ad BE ef"), xor(xor(data, b"key"), b"key") == data)
    squeezed = zlib.compress(b"abc" * 1000, 9)
    print(zlib.decompress(squeezed) == b"abc" * 1000, len(squeezed) < 40)

    view = memoryview(bytearray(range(12)))
    shorts = view.cast("H")
    shorts[1] = 0xBEEF
    view[:2] = b"\xaa\xbb"
    print(view.tobytes().hex(), shorts.tolist()[:2], view[::3].tolist(), view.cast("B", [3, 4]).tolist(), view.readonly, view[4:8].nbytes, view == bytearray(view), shorts.itemsize, view[-1])
    numbers = array("i", [3, -1, 4])
    numbers.extend([1, 5])
    numbers.byteswap()
    print(numbers, numbers.itemsize, array("d", [1.5]).tobytes().hex(), array("B", b"abc").tolist(), numbers[1:3] == numbers[1:3])
    text = bytearray(b"the  quick brown\tfox")
    text[4:5] = b""
    print(text.split(), text.title(), text.replace(b"quick", b"slow").partition(b" "), text.translate(None, b"aeiou"), text.find(b"brown"), text.count(b"o"), bytes(text).center(26, b"*"), text.rpartition(b"\t")[2])
    print(b"%s=%d %05.1f %x %r" % (b"k", 7, 2.25, 255, "q"), b"a,b,,c".split(b","), b"\n".join([b"x", bytearray(b"y")]), b"abc" < b"abd", 98 in b"abc", b"ab" * 2, b"Az09 ".isalnum(), bytes(3), bytes([65, 66]), "naïve".encode("latin-1"), b"\xff\xfeh\x00i\x00".decode("utf-16"), "é".encode("ascii", "backslashreplace"), b"a\xffb".decode("utf-8", "replace"))
    for bad in (lambda: encode({1, 2}), lambda: decode(b"z"), lambda: decode(b"s\x05ab"), lambda: struct.pack("B", 256), lambda: struct.unpack("<I", b"abc"), lambda: bytes([256]), lambda: b"\xff".decode(), lambda: "ż".encode("ascii"),
                lambda: base64.b64decode("a"), lambda: bytes.fromhex("xy"), lambda: memoryview(b"abc").__setitem__(0, 1), lambda: view.cast("I", [5]), lambda: zlib.decompress(b"nope"), lambda: b"a" + "b", lambda: array("b", [200])):
        try:
            print(bad())
        except Exception as error:
            print(f"{type(error).__name__}: {error}")


main()
