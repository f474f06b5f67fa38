# bz2 and lzma: round trips, pieces, and what is wrong with a stream.
import bz2
import lzma

DATA = bytes(range(256)) * 300 + b"tail"

assert bz2.decompress(bz2.compress(DATA, 1)) == DATA
for form in (lzma.FORMAT_XZ, lzma.FORMAT_ALONE):
    assert lzma.decompress(lzma.compress(DATA, form, preset=1)) == DATA
chain = [{"id": lzma.FILTER_DELTA, "dist": 4}, {"id": lzma.FILTER_LZMA2, "preset": 1}]
assert lzma.decompress(lzma.compress(DATA, lzma.FORMAT_RAW, filters=chain), lzma.FORMAT_RAW, filters=chain) == DATA

for reader, packed in ((bz2.BZ2Decompressor(), bz2.compress(DATA)), (lzma.LZMADecompressor(), lzma.compress(DATA, preset=1))):
    parts, rest = [], packed + b"more"
    while not reader.eof:
        parts.append(reader.decompress(rest, 999))
        assert len(parts[-1]) <= 999
        rest = b""
    assert b"".join(parts) == DATA and reader.unused_data == b"more"
    try:
        reader.decompress(b"x")
    except EOFError:
        pass
    else:
        raise AssertionError("decompress after the end")

for wrong, kind in ((lambda: bz2.decompress(b"BZh9junkjunk"), OSError), (lambda: lzma.decompress(b"junkjunkjunk"), lzma.LZMAError),
                    (lambda: lzma.LZMACompressor(filters=[{"id": 33, "foo": 1}]), ValueError),
                    (lambda: lzma.LZMADecompressor(memlimit=10).decompress(lzma.compress(b"a")), lzma.LZMAError)):
    try:
        wrong()
    except kind:
        pass
    else:
        raise AssertionError(kind)

# After bad data the library's state is inconsistent: nothing reaches it any more.
reader = bz2.BZ2Decompressor()
for kind in (OSError, ValueError, ValueError):
    try:
        reader.decompress(b"BZh91AY&SY" + bytes(60))
    except kind:
        assert not reader.needs_input
    else:
        raise AssertionError(kind)
