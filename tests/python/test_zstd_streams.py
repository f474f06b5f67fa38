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
