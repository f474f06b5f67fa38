# gc stress: every 499 allocations (it makes too many objects for a collection at each)
"""_json: what the native scanner and encoder do that the library's Python twin does, too, and Python that changes what is encoded."""
import json
from json import decoder, encoder


def raises(kind, message, call, *arguments, **keywords):
    try:
        call(*arguments, **keywords)
    except kind as error:
        assert message is None or str(error) == message, str(error)
        return error
    raise AssertionError(f"{kind} expected")


def python_scanner(**hooks):
    made = json.JSONDecoder(**hooks)
    made.parse_string = decoder.py_scanstring
    made.scan_once = json.scanner.py_make_scanner(made)
    return made


def test_like_the_twin():
    texts = ['{"a": [1, -0, 1.5, 1e5, -2E-3, true, false, null, NaN, -Infinity]}', '"\\u00e9\\ud83d\\ude00\\n\\/"', '"\\ud800x"',
             "123456789012345678901234567890", "0.1", "1e400", "123456.789e10", "[[], {}, [[{}]]]", ' { "k" : [ ] } ',
             '{"k":1,"k":2}', '"\u20ac\\t\U0001F600"', '["\u0416", 0.30000000000000004, 9007199254740993.0]',
             "[1,", "[1 2]", "{", '{"a"', '{"a":1,}', "[1,]", "-", "nul", '"a', '"\\u12"', "[1]x", "1.", '{1:2}']
    for text in texts:
        results = []
        for loads in (json.JSONDecoder().decode, python_scanner().decode):
            try:
                results.append(repr(loads(text)))
            except ValueError as error:
                results.append(str(error))
        assert results[0] == results[1], (text, results)


def test_strings():
    for text in ("", "plain", 'q"b\\', "\x00\x1f\x7f", "é€\U0001F600", "\ud800", "\n" * 5000, "ab\t" * 3000, "€\"" * 2000):
        assert encoder.encode_basestring_ascii(text) == encoder.py_encode_basestring_ascii(text)
        assert encoder.encode_basestring(text) == encoder.py_encode_basestring(text)
        assert json.loads(json.dumps(text)) == text and json.loads(json.dumps(text, ensure_ascii=False)) == text


def test_hooks_and_notes():
    assert json.loads('{"a":1}', object_hook=list) == ["a"]
    assert json.loads('{"a":1,"b":2}', object_pairs_hook=lambda pairs: pairs) == [("a", 1), ("b", 2)]
    assert json.loads("[1.5, 2, NaN]", parse_float=str, parse_int=str, parse_constant=str) == ["1.5", "2", "NaN"]
    error = raises(TypeError, "Object of type C is not JSON serializable", json.dumps, {"a": [1, type("C", (), {})()]})
    assert error.__notes__ == ["when serializing list item 1", "when serializing dict item 'a'"]
    loop = []
    loop.append(loop)
    raises(ValueError, "Circular reference detected", json.dumps, loop)
    deep = inner = []
    for _ in range(200):
        inner.append([])
        inner = inner[0]
    assert json.dumps(deep) == "[" * 201 + "]" * 201
    inner.append(deep)
    raises(ValueError, "Circular reference detected", json.dumps, deep)
    assert json.dumps([1, {"b": 2}, {}, []], indent=1) == '[\n 1,\n {\n  "b": 2\n },\n {},\n []\n]'
    assert json.dumps({(1,): 2}, skipkeys=True, indent=4) == "{}"
    raises(ValueError, "Out of range float values are not JSON compliant: nan", json.dumps, float("nan"), allow_nan=False)


def test_depth():
    text = "[" * 200_000
    raises(RecursionError, None, json.loads, text)
    nested = []
    for _ in range(200_000):
        nested = [nested]
    raises(RecursionError, None, json.dumps, nested)


def test_changes_meanwhile():
    def shrink(what):
        items.clear()
        return 1

    items = [object() for _ in range(100)]
    assert json.dumps(items, default=shrink) == "[1]"
    items = {str(n): object() for n in range(100)}
    assert json.loads(json.dumps(items, default=shrink)) == {"0": 1}
    items = {str(n): object() for n in range(100)}
    assert len(json.loads(json.dumps(items, default=shrink, sort_keys=True))) == 100

    class Items(dict):
        def items(self):
            return [["a", 1]]

    raises(ValueError, "items must return 2-tuples", json.dumps, Items(a=1))


for name, test in list(globals().items()):
    if name.startswith("test_"):
        test()
