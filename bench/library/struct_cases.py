import struct

header = struct.Struct("<IHHqd8s")
rows = [(i, i % 65536, 7, -i, i / 2, b"payload!") for i in range(20000)]
packed = b"".join(header.pack(*row) for row in rows)
shorts = struct.pack(">50000h", *range(-25000, 25000))


def pack():
    out = bytearray(len(packed))
    at = 0
    for row in rows:
        header.pack_into(out, at, *row)
        at += header.size
    return len(out)


def unpack():
    total = 0
    for at in range(0, len(packed), header.size):
        total += header.unpack_from(packed, at)[0]
    return total


measure("pack", lambda: sum(len(struct.pack("<IHHqd8s", *row)) for row in rows))
measure("pack_into", pack)
measure("unpack_from", unpack)
measure("iter_unpack", lambda: sum(row[0] for row in header.iter_unpack(packed)))
measure("many values", lambda: sum(struct.unpack(">50000h", shorts)) + len(struct.pack("<50000i", *range(50000))))
