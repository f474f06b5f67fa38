# binascii: quoted-printable, which quopri and email build on.
import binascii
import quopri

a2b, b2a = binascii.a2b_qp, binascii.b2a_qp

assert a2b(b"a=41=\r\nb=\n=3d=zz==41=") == b"aAb==zz=41"
assert a2b(b"a_b=5F", header=True) == b"a b_" and a2b("a_b") == b"a_b"
assert a2b(b"=") == b"" and a2b(b"=4") == b"=4" and a2b(b"=\rskipped\nrest") == b"rest"
assert b2a(b"a=b\xff\x00") == b"a=3Db=FF=00"
assert b2a(b"x \r\ny\t\nz ") == b"x=20\r\ny=09\r\nz=20"
assert b2a(b".\n..") == b"=2E\n.."
assert b2a(b"a b_c", header=True) == b"a_b=5Fc" and b2a(b"a b\tc", quotetabs=True) == b"a=20b=09c"
assert b2a(b"a\r\nb", istext=False) == b"a=0D=0Ab"
assert b2a(b"x" * 100) == b"x" * 75 + b"=\n" + b"x" * 25
assert b2a(b"\xe9" * 30).split(b"=\n")[0] == b"=E9" * 25
for size in (0, 1, 75, 76, 77, 300):
    for pattern in (b"a", b"a ", b"\xff\r\n", b".\n", b"=_ \t"):
        text = (pattern * size)[:size]
        for flags in ({}, {"quotetabs": True}, {"istext": False}, {"header": True}):
            encoded = b2a(text, **flags)
            assert all(len(line.rstrip(b"\r")) <= 78 for line in encoded.split(b"\n"))
            if flags != {} and flags != {"quotetabs": True} or b"\r" not in text:
                assert a2b(encoded, header="header" in flags).replace(b"\r\n", b"\n") == text.replace(b"\r\n", b"\n"), (text, flags)
assert quopri.decodestring(quopri.encodestring(b"a\xffb")) == b"a\xffb"
try:
    a2b("\xe9")
except ValueError as error:
    assert str(error) == "string argument should contain only ASCII characters"
else:
    raise AssertionError
