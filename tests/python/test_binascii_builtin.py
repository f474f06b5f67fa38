# binascii: round trips, known values, messages.
import binascii


def message(call):
    try:
        call()
    except Exception as error:
        return type(error).__name__ + ": " + str(error)
    return None


data = bytes(range(256)) * 3
for cut in (0, 1, 2, 3, 4, 5, 44, 45, 100, 700):
    piece = data[:cut]
    assert binascii.unhexlify(binascii.hexlify(piece)) == piece == binascii.a2b_hex(piece.hex())
    assert binascii.a2b_base64(binascii.b2a_base64(piece)) == piece
    assert binascii.a2b_base64(binascii.b2a_base64(piece, newline=False), strict_mode=True) == piece
    if cut <= 45:
        assert binascii.a2b_uu(binascii.b2a_uu(piece)) == piece == binascii.a2b_uu(binascii.b2a_uu(piece, backtick=True))
assert binascii.b2a_base64(b"hello") == b"aGVsbG8=\n" and binascii.a2b_base64("aGVs\nbG8=") == b"hello"
assert binascii.hexlify(b"\1\2\3\4\5", "-", 2) == b"01-0203-0405" and binascii.hexlify(b"\1\2\3\4\5", b":", -2) == b"0102:0304:05"
assert binascii.b2a_uu(b"cat") == b"#8V%T\n"
assert binascii.crc32(b"123456789") == 0xCBF43926 and binascii.crc32(b"456789", binascii.crc32(b"123")) == 0xCBF43926
assert binascii.crc_hqx(b"123456789", 0) == 0x31C3
assert message(lambda: binascii.unhexlify("abc")) == "Error: Odd-length string"
assert message(lambda: binascii.unhexlify("zz")) == "Error: Non-hexadecimal digit found"
assert message(lambda: binascii.a2b_base64("a")) == (
    "Error: Invalid base64-encoded string: number of data characters (1) cannot be 1 more than a multiple of 4"
)
assert message(lambda: binascii.a2b_base64("ab")) == "Error: Incorrect padding"
assert message(lambda: binascii.a2b_base64("ab=c=", strict_mode=True)) == "Error: Discontinuous padding not allowed"
assert message(lambda: binascii.a2b_base64("a$b==", strict_mode=True)) == "Error: Only base64 data is allowed"
assert message(lambda: binascii.a2b_base64("=ab", strict_mode=True)) == "Error: Leading padding not allowed"
assert message(lambda: binascii.a2b_base64("\u20ac")) == "ValueError: string argument should contain only ASCII characters"
assert message(lambda: binascii.a2b_base64(5)) == "TypeError: argument should be bytes, buffer or ASCII string, not 'int'"
assert message(lambda: binascii.b2a_uu(b"x" * 46)) == "Error: At most 45 bytes at once"
assert issubclass(binascii.Error, ValueError)
