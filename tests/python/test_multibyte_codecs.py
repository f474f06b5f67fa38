# The multibyte codecs: every mapping (by digest), errors, state between pieces, streams.
# gc stress: every 499 allocations (it makes too many objects for a collection at each)
import codecs
import io
import zlib

# CRC-32 of what every sequence of one or two bytes decodes to, and of what every character below 0x30000 encodes to.
MAPPINGS = {
    "gb2312": (717660937, 3617231892),
    "gbk": (1197016646, 219578854),
    "gb18030": (2148730488, 62867568),
    "hz": (2965978745, 242791353),
    "big5hkscs": (857883455, 2837022896),
    "big5": (1052330467, 3978954356),
    "cp950": (2113684745, 835753804),
    "shift_jis": (2050443291, 2699704840),
    "cp932": (3793206656, 2641995440),
    "shift_jis_2004": (1962191517, 3405438661),
    "shift_jisx0213": (2337741825, 1915963701),
    "euc_jp": (2586251337, 103283479),
    "euc_jis_2004": (850050373, 3811417119),
    "euc_jisx0213": (955093544, 4145557034),
    "euc_kr": (1072741242, 3836448798),
    "cp949": (727925737, 2282879781),
    "johab": (2066645997, 837738011),
    "iso2022_kr": (3044507912, 623136808),
    "iso2022_jp": (2113986703, 1645767686),
    "iso2022_jp_1": (2113986703, 2024701005),
    "iso2022_jp_2": (2967214117, 4219777068),
    "iso2022_jp_2004": (2113986703, 2854533561),
    "iso2022_jp_3": (2113986703, 3615385082),
    "iso2022_jp_ext": (2113986703, 330902706),
}


def decoded(codec, data):
    try:
        return data.decode(codec)
    except UnicodeDecodeError as e:
        return f"{e.start}-{e.end}{e.reason[0:2]}"


def digests(codec):
    whole = bytes(range(256))
    text = []
    for lead in range(0x00, 256, 3):
        text.append(decoded(codec, whole[lead:lead + 1]))
        text += [decoded(codec, bytes((lead, trail))) for trail in range(0x20, 256)]
    decoding = zlib.crc32("\n".join(text).encode("utf-8", "surrogatepass"))
    data = []
    for start in range(0x80, 0x30000, 0x80):
        if not 0xD800 <= start < 0xE000:
            data.append("".join(map(chr, range(start, start + 0x80))).encode(codec, "replace"))
    return decoding, zlib.crc32(b"".join(data))


def test_mappings():
    for codec, expected in MAPPINGS.items():
        assert digests(codec) == expected, codec


def test_pieces():
    encoder = codecs.getincrementalencoder("euc_jis_2004")()
    assert encoder.encode("\u00e6") == b""  # a pair may follow
    assert encoder.getstate() == int.from_bytes(b"\x02\xc3\xa6" + bytes(8), "little")
    assert encoder.encode("\u0300") == b"\xab\xc4"
    assert encoder.encode("\u00e6", True) == b"\xa9\xdc"
    decoder = codecs.getincrementaldecoder("iso2022_jp")()
    assert [decoder.decode(bytes((byte,))) for byte in b"\x1b$B$\"\x1b(Bx"] == ["", "", "", "", "\u3042", "", "", "", "x"]
    assert decoder.getstate() == (b"", 0x424242)
    decoder.setstate((b"", 0xFF))  # a set that nobody designates
    try:
        decoder.decode(b"!", True)
        assert False
    except UnicodeDecodeError as e:
        assert (e.start, e.end, e.reason) == (0, 1, "illegal multibyte sequence")


def test_errors():
    try:
        "ab\u00e9".encode("cp932")
        assert False
    except UnicodeEncodeError as e:
        assert (e.encoding, e.start, e.end, e.reason) == ("cp932", 2, 3, "illegal multibyte sequence")
    try:
        b"ab\x81".decode("cp932")
        assert False
    except UnicodeDecodeError as e:
        assert (e.encoding, e.start, e.end, e.reason) == ("cp932", 2, 3, "incomplete multibyte sequence")
    assert "\u3042\u00e9\u3042".encode("iso2022_jp", "replace") == b"\x1b$B$\"\x1b(B?\x1b$B$\"\x1b(B"
    assert "\u00eb".encode("hz", "xmlcharrefreplace") == b"&#235;"
    assert b"\xff\x30".decode("euc_kr", "replace") == "\ufffd0"
    for answer, error in (((b"x", 1, 2), TypeError), ((5, 1), TypeError), (("x", 1 << 70), IndexError), (("x", -9), IndexError),
                          (("\u00e9", 1), UnicodeEncodeError)):
        codecs.register_error("test.multibyte", lambda e, answer=answer: answer)
        try:
            "\u00e9".encode("cp932", "test.multibyte")
            assert False, answer
        except error:
            pass


def test_handler_that_goes_back():
    calls = []

    def again(e):
        calls.append(e.start)
        return "?", e.end if len(calls) > 5 else e.start

    codecs.register_error("test.again", again)
    assert b"a\xff\xffb".decode("gbk", "test.again") == "a" + "?" * 7 + "b"


def test_streams():
    reader = codecs.getreader("euc_kr")(io.BytesIO("\ud55c\uae00\n\uac02x".encode("euc_kr")))
    assert reader.read(1) == "\ud55c"
    assert reader.readline() == "\uae00\n"
    assert reader.readlines() == ["\uac02x"]
    out = io.BytesIO()
    writer = codecs.getwriter("shift_jis_2004")(out)
    writer.writelines(["\u304b", "\u309a", "\u304b"])
    writer.reset()
    assert out.getvalue() == b"\x82\xf5\x82\xa9"


def test_codec_objects():
    import _codecs_jp
    import _multibytecodec
    codec = _codecs_jp.getcodec("cp932")
    assert codec.encode(42) == (b"42", 2) and codec.decode(bytearray(b"\x82\xa0")) == ("\u3042", 2)
    for wrong, error in ((5, TypeError), ("gbk", LookupError)):
        try:
            _codecs_jp.getcodec(wrong)
            assert False
        except error:
            pass
    try:
        _multibytecodec.MultibyteIncrementalEncoder()
        assert False
    except AttributeError:
        pass


test_mappings()
test_pieces()
test_errors()
test_handler_that_goes_back()
test_streams()
test_codec_objects()
