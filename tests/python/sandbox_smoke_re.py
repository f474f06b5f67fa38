# Regular expressions in every kind of build; what needs a stream looks for one.
import _io
import re
import sys

TEXT = "The hognose (Heterodon nasicus) plays dead: 3 seconds, 12.5 seconds, 7s."


def test_search_and_groups():
    match = re.search(r"\((?P<genus>[A-Z]\w+) (?P<species>\w+)\)", TEXT)
    assert match["genus"] == "Heterodon" and match.groupdict()["species"] == "nasicus" and match.span("species") == (23, 30)
    assert re.match("hognose", TEXT) is None and re.fullmatch(r"(a|b)*?c", "ababc").end() == 5


def test_find_split_substitute():
    assert re.findall(r"(\d+(?:\.\d+)?)\s*s", TEXT) == ["3", "12.5", "7"]
    assert re.sub(r"(\d+)", lambda m: str(int(m[1]) * 2), "1 and 21") == "2 and 42" and re.subn("a", r"<\g<0>>", "banana") == ("b<a>n<a>n<a>", 3)
    assert re.split(r"[,:]\s*", TEXT)[-2:] == ["12.5 seconds", "7s."] and len([*re.finditer("s(?=e)", TEXT)]) == 3


def test_flags_and_looks():
    assert re.findall("^t.*$", "Top\ntap", re.I | re.M) == ["Top", "tap"] and re.search(r"(?<=€)\d+", "€42")[0] == "42" and not re.search(r"(?<!a)b", "ab")
    assert re.fullmatch(r"(?x) \w+  # a word", "stra\u00dfe") and re.search(r"\bé", "un été") and re.findall(rb"\xff+", b"\xff\xffa\xff") == [b"\xff\xff", b"\xff"]
    assert re.fullmatch(r"(?>a+)ab", "aaab") is None and re.fullmatch(r"a++b", "aab") and re.fullmatch(r"(x)?(?(1)y|z)", "xy")


def test_errors():
    for pattern, position in ("(", 0), ("a{2,1}", 2), ("[z-a]", 1), (r"(?P<1>x)", 4), ("*", 0):
        try:
            re.compile(pattern)
        except re.PatternError as error:
            assert error.pos == position, (pattern, error.pos)
        else:
            raise AssertionError(pattern)


def test_long_and_hard():
    assert len(re.findall("a", "a" * 100_000)) == 100_000
    assert re.fullmatch("(?:a|aa)+", "a" * 2000) and re.match(r"(\w+\s?)+$", "word " * 200)
    assert re.compile("a" * 5000).fullmatch("a" * 5000)


def test_streams_by_looking():
    found = re.findall(r"\w+", "in every build")
    if sys.stdout is None:
        assert print(*found) is None
    else:
        print("files" if hasattr(_io, "FileIO") else "no files", *found)
