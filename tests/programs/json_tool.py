"""A JSON reader and writer of our own beside the library's: paths, diffs, merging, a schema check, round trips."""

import json
from collections import OrderedDict
from decimal import Decimal


class JSONError(ValueError):
    pass


class Reader:
    ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}

    def __init__(self, text):
        self.text, self.place = text, 0

    def fail(self, message):
        line = self.text.count("\n", 0, self.place) + 1
        column = self.place - self.text.rfind("\n", 0, self.place)
        raise JSONError(f"{message} at {line}:{column}")

    def space(self):
        while self.place < len(self.text) and self.text[self.place] in " \t\r\n":
            self.place += 1

    def take(self, expected):
        self.space()
        if not self.text.startswith(expected, self.place):
            self.fail(f"expected {expected!r}")
        self.place += len(expected)

    def peek(self):
        self.space()
        return self.text[self.place:self.place + 1]

    def document(self):
        value = self.value()
        if self.peek():
            self.fail("more after the end")
        return value

    def value(self):
        match self.peek():
            case "{":
                return dict(self.members())
            case "[":
                return list(self.items())
            case '"':
                return self.string()
            case "t":
                self.take("true")
                return True
            case "f":
                self.take("false")
                return False
            case "n":
                self.take("null")
                return None
            case c if c and c in "-0123456789":
                return self.number()
            case "":
                self.fail("unexpected end")
            case _:
                self.fail("unexpected character")

    def items(self):
        self.take("[")
        if self.peek() != "]":
            yield self.value()
            while self.peek() == ",":
                self.take(",")
                yield self.value()
        self.take("]")

    def members(self):
        self.take("{")
        more = self.peek() != "}"
        while more:
            if self.peek() != '"':
                self.fail("expected a name")
            name = self.string()
            self.take(":")
            yield name, self.value()
            if more := self.peek() == ",":
                self.take(",")
        self.take("}")

    def number(self):
        start = self.place
        while self.place < len(self.text) and self.text[self.place] in "+-0123456789.eE":
            self.place += 1
        text = self.text[start:self.place]
        try:
            return int(text) if text.lstrip("-").isdigit() else float(text)
        except ValueError:
            self.place = start
            self.fail(f"bad number {text}")

    def string(self):
        self.take('"')
        out = []
        while True:
            c = self.text[self.place:self.place + 1]
            self.place += 1
            if c == '"':
                return "".join(out).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            if not c or ord(c) < 32:
                self.fail("open string")
            if c == "\\":
                c = self.text[self.place:self.place + 1]
                self.place += 1
                if c == "u":
                    c = chr(int(self.text[self.place:self.place + 4], 16))
                    self.place += 4
                elif c in self.ESCAPES:
                    c = self.ESCAPES[c]
                else:
                    self.fail(f"bad escape {c!r}")
            out.append(c)


def at(document, path):
    for part in path.strip("/").split("/") if path != "/" else ():
        part = part.replace("~1", "/").replace("~0", "~")
        document = document[int(part)] if isinstance(document, list) else document[part]
    return document


def differences(left, right, path=""):
    if isinstance(left, dict) and isinstance(right, dict):
        for name in sorted(left.keys() | right.keys()):
            if name not in right:
                yield f"- {path}/{name}"
            elif name not in left:
                yield f"+ {path}/{name} = {json.dumps(right[name])}"
            else:
                yield from differences(left[name], right[name], f"{path}/{name}")
    elif isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        for i, pair in enumerate(zip(left, right)):
            yield from differences(*pair, f"{path}/{i}")
    elif left != right or type(left) is not type(right):
        yield f"! {path}: {json.dumps(left)} -> {json.dumps(right)}"


def merge(base, patch):
    if not isinstance(patch, dict):
        return patch
    base = dict(base) if isinstance(base, dict) else {}
    for name, value in patch.items():
        if value is None:
            base.pop(name, None)
        else:
            base[name] = merge(base.get(name), value)
    return base


def check(schema, value, path="$"):
    kinds = {"object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "boolean": bool}
    if "enum" in schema and value not in schema["enum"]:
        yield f"{path}: {value!r} is none of {schema['enum']}"
    kind = schema.get("type")
    if kind and (not isinstance(value, kinds[kind]) or isinstance(value, bool) != (kind == "boolean")):
        yield f"{path}: {type(value).__name__} is no {kind}"
        return
    for name in schema.get("required", ()):
        if name not in value:
            yield f"{path}: {name} is missing"
    for name, inner in schema.get("properties", {}).items():
        if name in value:
            yield from check(inner, value[name], f"{path}.{name}")
    for i, item in enumerate(value if "items" in schema else ()):
        yield from check(schema["items"], item, f"{path}[{i}]")


TEXT = r'''{"name": "h\u00f4tel \"Zum Löwen\"", "stars": 4, "rooms": [{"no": 1, "price": 89.50}, {"no": 2, "price": 1e2, "bath": true}],
  "tags": [], "owner": null, "geo": {"lat": -33.8688, "a/b": {"deep": [[1], [2, [3]]]}}, "emoji": "\ud83d\ude00 \t", "big": 123456789012345678901234567890}'''


def main():
    document = Reader(TEXT).document()
    print(document == json.loads(TEXT), list(document))
    print(json.dumps(document, indent=2, sort_keys=True))
    print(json.dumps(document, ensure_ascii=False, separators=(",", ":")))
    for path in ("/", "/rooms/1/price", "/geo/a~1b/deep/1/1/0", "/owner"):
        print(path, "->", str(at(document, path))[:40])
    changed = merge(document, {"stars": 5, "owner": {"name": "Leo"}, "tags": None, "geo": {"lat": None}, "rooms": [1]})
    print(*differences(document, changed), sep="\n")
    schema = {"type": "object", "required": ["name", "vat"], "properties": {
        "stars": {"enum": [1, 2, 3]}, "rooms": {"type": "array", "items": {"type": "object", "required": ["bath"], "properties": {"price": {"type": "integer"}}}},
        "name": {"type": "string"}, "emoji": {"type": "number"}}}
    print(*check(schema, document), sep="\n")
    for bad in ('{"a": 1,}', "[1, 2", '{"a" 1}', "[01x]", '"open', "nul", "[1]]", '{"a": "\\q"}', "", "[1.2.3]", '["\t"]'):
        messages = []
        for parse in (lambda t: Reader(t).document(), json.loads):
            try:
                messages.append(repr(parse(bad)))
            except ValueError as error:
                messages.append(str(error))
        print(f"{bad!r:<14} {messages[0]:<40} {messages[1]}")
    print(json.loads("[1.10, 2]", parse_float=Decimal), json.loads('{"b": 1, "a": 2}', object_pairs_hook=OrderedDict), json.loads("[NaN, -Infinity]"))
    print(json.dumps({1: "a", None: 2, True: 3.0, "x": (1, [])}), json.dumps("\x7f\u2028é😀"), json.dumps([float("inf"), 1e100, -0.0]))

    class Encoder(json.JSONEncoder):
        def default(self, value):
            return sorted(value) if isinstance(value, (set, frozenset)) else f"{value.real}+{value.imag}i" if isinstance(value, complex) else super().default(value)

    print(json.dumps({"s": {3, 1, 2}, "c": 1 + 2j}, cls=Encoder), list(Encoder(indent=1).iterencode([1, {"k": []}])))
    loop = []
    loop.append(loop)
    for bad in (loop, {"x": object}, {(1, 2): 3}):
        try:
            json.dumps(bad)
        except (ValueError, TypeError) as error:
            print(type(error).__name__, error, getattr(error, "__notes__", ""))


main()
