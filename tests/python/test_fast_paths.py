# Short cuts must give what the long ways give: texts around the sizes and edges where one takes over from the other.
# gc stress: every 97 allocations (it makes too many objects for a collection at each)
import base64
import binascii
import codecs
import copy
import pickle
import random
import re


def test_utf8_valid_at_every_offset():
    for c in "a", "é", "߿", "ࠀ", "中", "\ud7ff", "\ue000", "\uffff", "\U00010000", "\U0010ffff":
        for before in range(40):
            for after in (0, 1, 15, 16, 17):
                text = "x" * before + c + "y" * after + c
                assert text.encode().decode() == text


def decode_slowly(data):
    """The place where decoding stops, found with the incremental decoder, byte by byte."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    for i in range(len(data)):
        try:
            decoder.decode(data[i : i + 1])
        except UnicodeDecodeError:
            return i
    try:
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return len(data)
    return None


def test_utf8_faults_at_every_offset():
    faults = (b"\x80", b"\xbf", b"\xc0\x80", b"\xc1\xbf", b"\xc3", b"\xc3A", b"\xe0\x80\x80", b"\xe0\x9f\xbf", b"\xe4\xb8", b"\xe4\xb8A",
              b"\xed\xa0\x80", b"\xed\xbf\xbf", b"\xf0\x80\x80\x80", b"\xf0\x8f\xbf\xbf", b"\xf0\x9f\x98", b"\xf4\x90\x80\x80", b"\xf5\x80\x80\x80",
              b"\xff", b"\xc3\xa9\xa9", b"\xf0\x9f\x98\x80\x80")
    for fault in faults:
        for before in (0, 1, 2, 3, 12, 13, 14, 15, 16, 17, 30, 31, 32, 33, 47):
            for after in (b"", b"z", b"z" * 20, "é".encode() * 9):
                data = b"x" * before + fault + after
                try:
                    data.decode()
                except UnicodeDecodeError as error:
                    assert before <= error.start <= before + len(fault) and decode_slowly(data) is not None
                else:
                    assert False, data
                assert data.decode("utf-8", "replace").replace("\ufffd", "").startswith("x" * before)


def test_utf8_random_bytes():
    random.seed(5)
    pieces = [b"a", b"bcd", "é".encode(), "中".encode(), "😀".encode(), b"\x80", b"\xe4", b"\xf0\x9f"]
    for _ in range(2000):
        data = b"".join(random.choices(pieces, (9, 9, 5, 5, 5, 1, 1, 1), k=random.randrange(30)))
        try:
            text = data.decode()
        except UnicodeDecodeError:
            assert decode_slowly(data) is not None
        else:
            assert decode_slowly(data) is None and text.encode() == data


def test_sub_kinds_of_pieces():
    assert re.sub("a", "ü", "banana") == "bününü"
    assert re.sub("a", "中", "bananaü") == "b中n中n中ü"
    assert re.sub("(a)(x)?", r"<\1\2>", "banana") == "b<a>n<a>n<a>"
    assert re.sub("x", "y", "banana") == "banana"
    assert re.sub("a*", "-", "baac") == "-b--c-"
    assert re.subn("n", lambda m: None, "banana") == ("baaa", 2)
    assert re.sub(b"a", b"<>", b"banana") == b"b<>n<>n<>"
    assert re.sub(b"(a)", rb"[\1]", bytearray(b"banana")) == b"b[a]n[a]n[a]"

    class Text(str):
        pass

    assert type(re.sub("x", "y", Text("banana"))) is str
    for wrong in 1, b"x":
        try:
            re.sub("n", lambda m: wrong, "banana")
        except TypeError as error:
            assert "expected str instance" in str(error), error
        else:
            assert False


def test_starts_of_patterns():
    text = "foo bar_1 Ünï baz-22 中文3 q\n" * 5
    patterns = (r"\b\w{3}\b", r"(?:foo|bar|baz)\S*", r"(?i:FOO|ü)", r"(\w+)-(\d+)", r"\w+?\d", r"[^\W\d]+", r"(?:ab|[bc])a", r"(?=b)\w", r"(?!f)o+",
                r"(?<=b)a", r"\d*", r"(?:)", r"(?>b)a", r"(?:b|)a", r"[中-文]+", r".z", r"^f|q$", r"(\w)\1", r"\w++_", r"(?:\w|-){4,}2", r"x|")
    for pattern in patterns:
        for flags in 0, re.I, re.A, re.M:
            compiled = re.compile(pattern, flags)
            found = [(m.span(), m.groups()) for m in compiled.finditer(text)]
            # One match after the other from every place, without a search.
            expected, at, last_empty = [], 0, -1
            while at <= len(text):
                m = compiled.match(text, at)
                if m is None or (m.end() == at and at == last_empty):
                    at += 1
                    continue
                expected.append((m.span(), m.groups()))
                last_empty = m.end()
                at = m.end()
            if pattern in (r"\d*", "(?:)", "x|", r"(?:b|)a", "^f|q$"):
                continue  # an empty match and then a longer one at the same place is the search's own affair
            assert found == expected, (pattern, flags)


def test_runs_that_reach_nothing():
    text = "ab.cd" * 50 + " x@y a@ b.c@d.e"
    assert re.findall(r"[\w.]+@[\w.]+\.\w+", text) == ["b.c@d.e"]
    assert re.findall(r"(\w+)=(\w+)", "a b=c dd=ee fff") == [("b", "c"), ("dd", "ee")]
    assert re.findall(r"a+b", "aaaa aab ab b aaaac aaab") == ["aab", "ab", "aaab"]
    assert re.search(r"\w+:", "word " * 20 + "end:").span() == (100, 104)


def test_base64_groups():
    data = bytes(range(256)) * 3
    for size in range(20):
        encoded = base64.b64encode(data[:size])
        assert binascii.a2b_base64(encoded) == data[:size]
        assert binascii.a2b_base64(b"\n".join(encoded[i : i + 1] for i in range(len(encoded)))) == data[:size]
    assert base64.decodebytes(base64.encodebytes(data)) == data
    assert binascii.a2b_base64(b"QUJD!REVG") == b"ABCDEF"
    for bad in b"QUJDR", b"QUJDRE", b"QUJD=":
        try:
            binascii.a2b_base64(bad, strict_mode=True)
        except binascii.Error:
            pass
        else:
            assert False, bad


def test_split_by_a_byte():
    for text in "", "a", ",", "a,b", ",a,,b,", "x" * 40 + "," + "y" * 15 + "," + "z" * 16 + ",", "ü,é":
        for most in -1, 0, 1, 2:
            parts = text.split(",", most)
            assert ",".join(parts) == text and (most < 0 or len(parts) <= most + 1)
            assert most >= 0 or not any("," in part for part in parts)
    assert "aébéc".split("é") == ["a", "b", "c"]
    assert "中,文".split(",") == ["中", "文"]
    assert "abc".split("中") == ["abc"]


def test_splitlines():
    ends = "\n\r\v\f\x1c\x1d\x1e"
    for end in ends:
        for before in range(20):
            text = "a" * before + end + "\x1f\tb" * 3
            assert text.splitlines() == ["a" * before, "\x1f\tb" * 3]
            assert text.splitlines(True) == ["a" * before + end, "\x1f\tb" * 3]


def test_predicates_of_ascii():
    for i in range(128):
        c = chr(i)
        wide = c + "é"
        assert c.isalpha() == (wide.isalpha()) and c.isalnum() == wide.isalnum()
        assert c.isdigit() == (c + "٣").isdigit() and c.isdecimal() == (c + "٣").isdecimal() and c.isnumeric() == (c + "٣").isnumeric()
        assert c.isidentifier() == wide.isidentifier() and ("x" + c).isidentifier() == ("x" + wide).isidentifier()


def test_affixes():
    assert "abc".startswith("") and "abc".endswith("") and "".startswith("")
    assert "中文x".startswith("中") and "中文x".endswith("x") and not "abc".startswith("中")
    assert "abcabc".startswith("abc", 3) and not "abcabc".startswith("abc", 4) and "abcabc".endswith("ca", 0, 4)
    assert "aé".endswith("é") and "aéb中".endswith(("q", "b中"))


def test_sort_tuples_of_floats():
    random.seed(1)
    rows = [(random.choice((0.0, -0.0, 1.5, -1.5, 1e300, -1e-300, float("inf"), random.random())), i) for i in range(500)]
    random.shuffle(rows)
    ordered = sorted(rows)
    assert all(a <= b for a, b in zip(ordered, ordered[1:]))
    assert sorted(rows, reverse=True) == ordered[::-1]
    # Neighbouring doubles.
    near = [(1.0 + i * 2.0**-52, -i) for i in range(200)]
    random.shuffle(near)
    assert [-row[1] for row in sorted(near)] == list(range(200))


class Plain:
    def __init__(self, x):
        self.x = x


class WithReduce(Plain):
    def __reduce__(self):
        return (WithReduce, ("reduced",))


class WithState(Plain):
    def __getstate__(self):
        return {"x": "state"}


def test_reductions():
    assert copy.copy(Plain(1)).x == 1 and pickle.loads(pickle.dumps(Plain(2))).x == 2
    assert copy.copy(WithReduce(1)).x == "reduced"
    assert copy.copy(WithState(1)).x == "state"
    p = Plain(1)
    p.__getstate__ = lambda: {"x": "own"}
    assert object.__reduce_ex__(p, 2)[2] == {"x": "own"}
    items = list(range(3000))
    for protocol in range(6):
        assert pickle.loads(pickle.dumps([items, items, (1,), "t"], protocol)) == [items, items, (1,), "t"]


def test_natives_with_optional_arguments():
    assert "a b c".split(" ", 1) == ["a", "b c"] and "a b c".split(None, 1) == ["a", "b c"] and "a b c".split(maxsplit=1) == ["a", "b c"]
    assert [1, 2, 3].pop(0) == 1 and {}.get("x") is None and {}.get("x", 5) == 5
    assert list(zip("ab", "cd")) == [("a", "c"), ("b", "d")]
    for call in lambda: "a".split(1, 2, 3), lambda: [].pop(1, 2), lambda: "a".encode(1), lambda: {}.get():
        try:
            call()
        except TypeError:
            pass
        else:
            assert False


def test_sums_of_truths():
    assert [True + True, True + 1, 5 + False, False + False] == [2, 2, 5, 0] and type(False + False) is int and type(True + False) is int
    n = True
    n += True
    assert n == 2 and type(n) is int
    assert True + 2.5 == 3.5 and 2**62 + True == 4611686018427387905 and -(2**62) + True == -4611686018427387903
    assert (2**62 - 1) + True == 2**62 and True + 2**100 == 2**100 + 1 and True - True == 0 and True * 3 == 3
    for wrong in "x", None, []:
        try:
            True + wrong
        except TypeError as error:
            assert str(error).startswith("unsupported operand"), error
        else:
            assert False
