"""_struct: formats, limits, messages, and values whose conversion changes what is being packed into."""
import struct


def raises(kind, message, call, *arguments):
    try:
        call(*arguments)
    except kind as error:
        assert message is None or str(error) == message, str(error)
    else:
        raise AssertionError(f"{kind} expected")


def test_round_trips():
    for order in "@=<>!":
        values = (-1, 255, -2, 65535, -3, 2**32 - 1, -4, 2**64 - 1, 1.5, -0.25, 0.5, True, b"x", b"abc", b"ab")
        packed = struct.pack(order + "bBhHiIqQdfe?c3s4p", *values)
        assert struct.unpack(order + "bBhHiIqQdfe?c3s4p", packed) == values
        assert struct.calcsize(order + "bBhHiIqQdfe?c3s4p") == len(packed)
    assert struct.pack(">I", 1) == b"\0\0\0\1" and struct.pack("<I", 1) == b"\1\0\0\0"
    assert struct.calcsize("bq") == 16 and struct.calcsize("=bq") == 9 and struct.calcsize("b0i") == 4
    assert struct.pack("b2xb", 1, 2) == b"\1\0\0\2"
    assert struct.unpack("D", struct.pack("D", 1 + 2j)) == (1 + 2j,)
    assert struct.pack("300p", b"a" * 400)[:2] == b"\xffa"


def test_messages():
    error = struct.error
    raises(error, "'b' format requires -128 <= number <= 127", struct.pack, "b", 128)
    raises(error, "'Q' format requires 0 <= number <= 18446744073709551615", struct.pack, "Q", -1)
    raises(error, "required argument is not an integer", struct.pack, "i", 1.5)
    raises(error, "required argument is not a float", struct.pack, "d", "1")
    raises(error, "int too large to convert", struct.pack, "e", 2**31)
    raises(OverflowError, "float too large to pack with f format", struct.pack, "f", 1e300)
    raises(error, "total struct size too long", struct.calcsize, "9223372036854775807i")
    raises(error, "repeat count given without format specifier", struct.calcsize, "5")
    raises(error, "bad char in struct format", struct.calcsize, "<n")
    raises(error, "pack expected 1 items for packing (got 2)", struct.pack, "i", 1, 2)
    raises(error, "unpack requires a buffer of 4 bytes", struct.unpack, "i", b"1")
    raises(error, "no space to pack 4 bytes at offset -3", struct.pack_into, "i", bytearray(8), -3, 1)
    raises(TypeError, "argument must be read-write bytes-like object, not bytes", struct.pack_into, "i", b"1234", 0, 1)
    raises(RuntimeError, "Struct object is not initialized", struct.Struct.__new__(struct.Struct).pack)


def test_iteration():
    records = struct.Struct("<hb")
    data = bytearray(struct.pack("<hbhb", 1, 2, 3, 4))
    iterator = records.iter_unpack(data)
    assert iterator.__length_hint__() == 2
    raises(BufferError, None, data.append, 0)
    assert list(iterator) == [(1, 2), (3, 4)]
    data.append(0)
    raises(struct.error, "iterative unpacking requires a buffer of a multiple of 3 bytes", records.iter_unpack, data)
    records.__init__("q")
    assert records.size == 8 and repr(records) == "Struct('q')"


def test_conversion_that_resizes():
    target = bytearray(64)

    class Shrinks:
        def __index__(self):
            del target[:]
            return 7

    raises(BufferError, None, struct.pack_into, "16i", target, 0, *[Shrinks()] * 16)
    assert len(target) == 64


def test_cache_is_bounded():
    for n in range(1000):
        assert struct.calcsize(f"{n}b") == n
    struct._clearcache()


for name, test in list(globals().items()):
    if name.startswith("test_"):
        test()
