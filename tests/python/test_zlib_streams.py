# zlib: whole streams, streams piece by piece, and what stays behind.
import zlib

DATA = bytes(range(256)) * 500 + b"tail"


def check_round_trips():
    for bits in (15, -15, 31):
        for level in (0, 1, 6, 9):
            packed = zlib.compress(DATA, level, wbits=bits)
            assert zlib.decompress(packed, wbits=bits) == DATA
    maker = zlib.compressobj(zdict=b"abcdefgh" * 4)
    packed = maker.compress(b"abcdefgh") + maker.flush()
    assert zlib.decompressobj(zdict=b"abcdefgh" * 4).decompress(packed) == b"abcdefgh"


def check_pieces():
    packed = zlib.compress(DATA) + b"more"
    reader, parts = zlib.decompressobj(), []
    while packed and not reader.eof:
        parts.append(reader.decompress(packed, 1000))
        assert len(parts[-1]) <= 1000
        packed = reader.unconsumed_tail
    assert b"".join(parts) == DATA and reader.eof and reader.unused_data == b"more"
    reader = zlib._ZlibDecompressor()
    first = reader.decompress(zlib.compress(DATA) + b"rest", 10)
    assert first == DATA[:10] and not reader.needs_input and not reader.eof
    assert reader.decompress(b"") == DATA[10:] and reader.eof and reader.unused_data == b"rest"


def check_copies():
    maker = zlib.compressobj()
    start = maker.compress(b"one ")
    twin = maker.copy()
    assert zlib.decompress(start + maker.compress(b"two") + maker.flush()) == b"one two"
    assert zlib.decompress(start + twin.compress(b"three") + twin.flush()) == b"one three"


def check_errors():
    for make, kind, text in (
        (lambda: zlib.decompress(b"junk"), zlib.error, "Error -3 while decompressing data: incorrect header check"),
        (lambda: zlib.decompress(zlib.compress(b"a")[:-1]), zlib.error, "Error -5 while decompressing data: incomplete or truncated stream"),
        (lambda: zlib.compress(b"a", 10), zlib.error, "Bad compression level"),
        (lambda: zlib.compressobj(wbits=0), ValueError, "Invalid initialization option"),
    ):
        try:
            make()
        except kind as error:
            assert str(error) == text, error
        else:
            raise AssertionError(text)
    assert zlib.crc32(b"abc") == 891568578 and zlib.adler32(b"abc", -1) == zlib.adler32(b"abc", 0xFFFFFFFF)


check_round_trips()
check_pieces()
check_copies()
check_errors()
