# Annotations as text.
from __future__ import annotations

x: int | None = 1


def f(a: list[int], b: "quoted" = 2, *c: x.y(z, *w, k=1), d: lambda q, *r: q + 1 = 3) -> {1: 2, **m}: ...


assert __annotations__ == {"x": "int | None"}
assert f.__annotations__ == {
    "a": "list[int]",
    "b": "'quoted'",
    "c": "x.y(z, *w, k=1)",
    "d": "lambda q, *r: q + 1",
    "return": "{1: 2, **m}",
}, f.__annotations__


class C:
    a: (1 + 2) * 3 ** -x
    b: not a and b or c < d <= e
    c: [i for i in j if k if l for m in n]
    d: f"x{y!r:>{w}}{{" + 'it''s'
    e: a if b else (c, d)
    f: x[1:2, ::3]
    g: (lambda: 0)()
    h: -1.5e300j @ ~z
    i: ()
    j: (a,)
    k: {1, 2}
    l: {**a}
    m: 1 .real
    n: ...
    o: b"\x00'"


wanted = {
    "a": "(1 + 2) * 3 ** (-x)",
    "b": "not a and b or c < d <= e",
    "c": "[i for i in j if k if l for m in n]",
    "d": "f'x{y!r:>{w}}{{' + 'its'",
    "e": "a if b else (c, d)",
    "f": "x[1:2, ::3]",
    "g": "(lambda: 0)()",
    "h": "-1.5e+300j @ ~z",
    "i": "()",
    "j": "(a,)",
    "k": "{1, 2}",
    "l": "{**a}",
    "m": "1 .real",
    "n": "...",
    "o": "b\"\\x00'\"",
}
for name, text in C.__annotations__.items():
    assert text == wanted[name], (name, text, wanted[name])
