# zstd: round trips, pieces, dictionaries, and what is wrong with a stream.
from compression import zstd

DATA = bytes(range(256)) * 3000 + b"tail"

packed = zstd.compress(DATA, 3)
assert zstd.decompress(packed) == DATA and zstd.get_frame_info(packed).decompressed_size == len(DATA)
assert zstd.get_frame_size(packed + b"more") == len(packed)
reader, parts, rest = zstd.ZstdDecompressor(), [], packed + b"more"
while not reader.eof:
    parts.append(reader.decompress(rest, 999))
    assert len(parts[-1]) <= 999
    rest = b""
assert b"".join(parts) == DATA and reader.unused_data == b"more"

writer = zstd.ZstdCompressor(options={zstd.CompressionParameter.checksum_flag: 1})
blocks = [writer.compress(b"one "), writer.flush(writer.FLUSH_BLOCK), writer.compress(b"two", writer.FLUSH_FRAME)]
assert writer.last_mode == writer.FLUSH_FRAME and zstd.decompress(b"".join(blocks)) == b"one two"
words = zstd.ZstdDict(b"abcdefghijk" * 9, is_raw=True)
assert zstd.decompress(zstd.compress(b"abcdefghijk", zstd_dict=words), zstd_dict=words) == b"abcdefghijk"

for wrong, kind in ((lambda: zstd.decompress(b"junkjunk"), zstd.ZstdError), (lambda: zstd.decompress(packed[:-1]), zstd.ZstdError),
                    (lambda: zstd.ZstdCompressor(99), ValueError), (lambda: zstd.ZstdDict(b"short"), ValueError),
                    (lambda: zstd.ZstdCompressor(options={zstd.CompressionParameter.window_log: 99}), ValueError)):
    try:
        wrong()
    except kind:
        pass
    else:
        raise AssertionError(kind)


def test_digested_dictionaries():
    broken = zstd.ZstdDict((0xEC30A437).to_bytes(4, "little") + b"abcdefghijklmnopqrstuvwxyz")
    for make in (lambda: zstd.ZstdCompressor(zstd_dict=broken.as_digested_dict), lambda: zstd.ZstdDecompressor(broken)):
        try:
            make()
            assert False
        except zstd.ZstdError as e:
            assert "content" in str(e)
    raw = zstd.ZstdDict(b"once upon a time " * 10, is_raw=True)
    packed = zstd.compress(b"once upon a time there was", zstd_dict=raw.as_digested_dict)
    assert zstd.decompress(packed, raw) == b"once upon a time there was"
    for number, error in ((2**1000, OverflowError), (3, TypeError)):
        try:
            zstd.ZstdCompressor(zstd_dict=(raw, number))
            assert False
        except error:
            pass


def test_frames_without_content():
    frame = b"\x50\x2A\x4D\x18\x04\x00\x00\x00abcd"  # to be skipped
    decoder = zstd.ZstdDecompressor()
    assert decoder.decompress(frame + b"rest", 0) == b"" and decoder.eof and decoder.unused_data == b"rest"


test_digested_dictionaries()
test_frames_without_content()
