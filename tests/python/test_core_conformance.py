"""Small things of the core that CPython's own tests found wrong."""

import collections
import itertools
import pickle
import string.templatelib
import warnings
import weakref


def raises(error, function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except error as e:
        return str(e)
    raise AssertionError("%s not raised" % error.__name__)


def test_empty_string_moves_between_dicts_and_sets():
    class Text(str):
        pass

    assert "" in set({"": 1})
    assert set({"": 1, "x": 2}) & {"", "y"} == {""}
    assert dict.fromkeys({"", "x"})[""] is None
    assert {Text(""): 1}[""] == 1 and {"": 1}[Text("")] == 1
    assert hash("") == hash(b"") == 0


def test_interpolation_patterns():
    match t"{1 + 1!r:>5}".interpolations[0]:
        case string.templatelib.Interpolation(value, expression, conversion, spec):
            assert (value, expression, conversion, spec) == (2, "1 + 1", "r", ">5")
        case _:
            raise AssertionError
    assert repr(string.templatelib.Template[int]) == "string.templatelib.Template[int]"


def test_weak_proxies_are_shared():
    class C:
        pass

    o = C()
    p = weakref.proxy(o)
    r = weakref.ref(o)
    assert weakref.proxy(o) is p and weakref.proxy(o, None) is p
    assert weakref.ref(o) is r

    class Own(weakref.ref):
        pass

    own = Own(o)
    assert own is not r and weakref.getweakrefs(o)[:2] == [r, p]


def test_keywords_of_iterator_subclasses():
    class Plain(itertools.chain):
        pass

    class Named(itertools.starmap):
        def __init__(self, *args, name=None):
            self.name = name

    assert "keyword" in raises(TypeError, Plain, [1], name=1)
    assert "keyword" in raises(TypeError, itertools.starmap, pow, [], name=1)
    assert Named(pow, [(2, 3)], name="x").name == "x"


def test_deque_iterators():
    d = collections.deque("abc")
    it = iter(d)
    next(it)
    copy = type(it)(d, 1)
    assert list(copy) == ["b", "c"] and list(type(reversed(d))(d)) == ["c", "b", "a"]
    assert list(pickle.loads(pickle.dumps(it))) == ["b", "c"]


def test_strange_keys_in_a_class():
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        type("Strange", (), {1: 2})
    assert [str(w.message) for w in seen] == ["non-string key in the __dict__ of class Strange"]


def test_annotate_names_and_own_annotate():
    def f(x: int):
        pass

    class C:
        a: int

        def __annotate__(format):
            return {"a": str}

    assert f.__annotate__.__qualname__.endswith("<locals>.f.__annotate__")
    assert C.__annotate__(1) == {"a": str}


def test_sources_in_encodings():
    text = raises(SyntaxError, compile, b"# coding: ascii\n\xe2\x98\x83", "x", "exec")
    assert "'ascii' codec can't decode byte 0xe2 in position 16" in text
    assert "unknown encoding: nosuch" in raises(SyntaxError, compile, b"#coding:nosuch\n", "x", "exec")
    assert "is not a text encoding" in raises(SyntaxError, compile, b"#coding:hex_codec\n", "x", "exec")
    assert "encoding problem: utf8 with BOM" in raises(SyntaxError, compile, b"\xef\xbb\xbf#coding:utf8\n", "x", "exec")
    names = {}
    exec(compile(b"#coding:iso-8859-1-unix\nx = '\xe4'\n", "x", "exec"), names)
    assert names["x"] == "\xe4"


def test_starred_aliases_are_copied():
    import copy

    (starred,) = tuple[int]
    assert copy.deepcopy(starred) == starred == pickle.loads(pickle.dumps(starred))
    assert repr(starred) == "*tuple[int]" and repr(weakref.ref[int]) == "weakref.ReferenceType[int]"


def test_generators_are_generic():
    async def c():
        pass

    coroutine = c()
    coroutine.close()
    assert repr(type(coroutine)[int]) == "coroutine[int]"
    assert repr(type(x for x in ())[int, str, None]) == "generator[int, str, None]"


def test_parts_of_sys_are_no_modules():
    import sys

    assert sys.monitoring.__name__ == "sys.monitoring" and sys._jit is sys._jit
    assert not [name for name in sys.modules if name.startswith("sys.")]


def test_messages():
    assert "str() takes at most 3 arguments (4 given)" == raises(TypeError, str, b"", "utf-8", "strict", errors="ignore")
    assert "given by name" in raises(TypeError, str, b"x", "utf-8", encoding="ascii")
    assert "multiple values" in raises(TypeError, lambda: dict(**{1: 3}, **{1: 5}))


def test_slots_with_weakref_in_a_class_made_anew():
    import dataclasses

    @dataclasses.dataclass(slots=True, weakref_slot=True)
    class C:
        x: int

    c = C(1)
    r = weakref.ref(c)
    assert c.__weakref__ is r



for name, test in list(globals().items()):
    if name.startswith("test_"):
        test()
