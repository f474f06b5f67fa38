# Data types of ctypes: no libraries, no addresses needed.
from ctypes import (BigEndianStructure, Structure, Union, alignment, byref, c_bool, c_char, c_char_p, c_double, c_int, c_long, c_short, c_ubyte, c_uint16, c_uint32,
                    c_wchar, create_string_buffer, create_unicode_buffer, pointer, sizeof)


def test_simple_values():
    assert sizeof(c_long) == 8 and c_int(2**31).value == -2**31 and c_ubyte(-1).value == 255
    assert c_bool(3).value is True and c_wchar("x").value == "x" and c_char_p(b"x").value == b"x" and repr(c_int(5)) == "c_int(5)"
    for kind, wrong in ((c_int, "x"), (c_int, 1.5), (c_char, b"ab"), (c_double, "1")):
        try:
            kind(wrong)
        except TypeError:
            continue
        raise AssertionError(kind)


def test_structures_lay_out_like_c():
    class Inner(Structure):
        _fields_ = [("a", c_char), ("t", c_short * 3)]

    class Outer(Structure):
        _fields_ = [("i", Inner), ("x", c_int), ("y", c_double)]

    assert sizeof(Inner) == 8 and sizeof(Outer) == 24 and Outer.x.offset == 8 and Outer.y.offset == 16 and alignment(Outer) == 8
    made = Outer(x=5, y=2.5)
    made.i.t[1] = 7
    made.i.a = b"z"
    assert bytes(made)[:16] == b"z\0\0\0\7\0\0\0\5\0\0\0\0\0\0\0" and Outer.from_buffer_copy(bytes(made)).i.t[1] == 7
    shared = bytearray(24)
    Outer.from_buffer(shared).x = 1
    assert shared[8] == 1


def test_unions_and_orders():
    class Both(Union):
        _fields_ = [("i", c_uint32), ("b", c_ubyte * 4)]

    class Big(BigEndianStructure):
        _pack_ = 1
        _layout_ = "ms"
        _fields_ = [("n", c_uint16), ("m", c_uint32)]

    assert list(Both(0x01020304).b) == [4, 3, 2, 1] and bytes(Big(1, 2)) == b"\0\1\0\0\0\2"


def test_pointers_and_text():
    held = pointer(c_int(4))
    held.contents.value += 1
    assert held[0] == 5 and held and byref(c_int(1)) is not None
    buffer = create_string_buffer(b"abc", 10)
    buffer[0] = b"x"
    assert buffer.value == b"xbc" and len(buffer.raw) == 10 and create_unicode_buffer("hé").value == "hé"
