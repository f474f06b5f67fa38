# json_.py: _json's scanner, strings and encoder against the pure ones of json.

import json as native
import json.decoder
import json.encoder
import json.scanner

import harness


def encoded(value, options, fast):
    encoder = native.JSONEncoder(**options)
    if fast:
        return encoder.encode(value)
    saved, native.encoder.c_make_encoder = native.encoder.c_make_encoder, None
    try:
        return "".join(encoder.iterencode(value)) if not isinstance(value, str) else encoder.encode(value)
    finally:
        native.encoder.c_make_encoder = saved


def decoded(document, options, fast):
    decoder = native.JSONDecoder(**options)
    if not fast:
        decoder.parse_string = native.decoder.py_scanstring
        decoder.scan_once = native.scanner.py_make_scanner(decoder)
    return decoder.decode(document)


def key(r):
    return r.choice((harness.text(r, 4), harness.text(r, 4), r.randint(-3, 300), None, True, 1.5, float("inf"), (1,)))


def spoil(r, document):
    for _ in range(r.randint(1, 3)):
        at = r.randint(0, len(document))
        kind = r.randint(0, 2)
        if kind == 0:
            document = document[:at] + document[at + 1:]
        elif kind == 1:
            document = document[:at] + r.choice('[]{},:"\\ntf-+.eE0 \n\x00\ud800\ufeff/uN') + document[at:]
        else:
            document = document[:at]
    return document


class Odd:
    def __repr__(self):
        return "odd"


class Many(int):
    def __repr__(self):
        return "many"


def case(r, agree):
    value = harness.tree(r, 3, key if r.random() < 0.2 else harness.text)
    if r.random() < 0.1:
        value = [value, r.choice((Odd(), {1, 2}, b"x", 1j, Many(3), (1, 2)))]
    options = {}
    for name, choices in (("ensure_ascii", (True, False)), ("allow_nan", (True, False)), ("sort_keys", (True, False)), ("skipkeys", (True, False)),
                          ("indent", (None, None, 0, 2, "\t")), ("separators", (None, (",", ":"), (" , ", " : "))), ("check_circular", (True, False)),
                          ("default", (None, repr))):
        if r.random() < 0.3:
            options[name] = r.choice(choices)
    agree("encode", lambda: encoded(value, options, True), lambda: encoded(value, options, False), loose=True)
    string = harness.text(r, 30, harness.LETTERS + "\x00\x1f\x7f\ud800\udc00")
    agree("basestring", lambda: json.encoder.c_encode_basestring(string), lambda: json.encoder.py_encode_basestring(string))
    agree("basestring_ascii", lambda: json.encoder.c_encode_basestring_ascii(string), lambda: json.encoder.py_encode_basestring_ascii(string))
    document = harness.attempt(native.dumps, value, indent=r.choice((None, 1)), skipkeys=True, default=repr, ensure_ascii=r.random() < 0.5)
    if isinstance(document, harness.Failed):
        document = r.choice(("[1e5, 1E+2, -0.0, -0, 12345678901234567890, 1.0e-400, NaN, -Infinity]", "-", "01", "1.", "[1,]", '{"a":1,}', "", " ", '"\\ud834\\udd1e\\ud834"'))
    if r.random() < 0.6:
        document = spoil(r, document)
    options = {}
    for name, choices in (("strict", (True, False)), ("parse_float", (None, str)), ("parse_int", (None, float)), ("parse_constant", (None, str)),
                          ("object_hook", (None, lambda found: ("hook", found))), ("object_pairs_hook", (None, tuple))):
        if r.random() < 0.25:
            options[name] = r.choice(choices)
    agree("decode", lambda: decoded(document, options, True), lambda: decoded(document, options, False), loose=True)
    end = r.randint(0, 3)
    agree("scanstring", lambda: json.decoder.c_scanstring(document, end), lambda: json.decoder.py_scanstring(document, end), loose="any")


if __name__ == "__main__":
    harness.main(case)
