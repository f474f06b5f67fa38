# string_.py: _string's parsers, and str.format on top of them, against models.

import string
import _string as native

import harness


def parse(text):
    """(literal, field, spec, conversion) for each piece, as string.Formatter.parse says."""
    at, size = 0, len(text)
    while at < size:
        literal = ""
        found = None
        while at < size:
            character = text[at]
            at += 1
            if character in "{}":
                if at < size and text[at] == character:
                    literal += character
                    at += 1
                    found = "escaped"
                    break
                if character == "}":
                    raise ValueError("Single '}' encountered in format string")
                if at == size:
                    raise ValueError("Single '{' encountered in format string")
                found = "field"
                break
            literal += character
        if found != "field":
            yield literal, None, None, None
            continue
        start, depth = at, 1
        name_end, brackets = None, 0
        while at < size:
            character = text[at]
            if character == "[" and not brackets:
                brackets = 1
            if character == "{":
                raise ValueError("unexpected '{' in field name")
            if character == "[":
                at += 1
                while at < size and text[at] != "]":
                    at += 1
                continue
            if character in "}:!":
                break
            at += 1
        if at >= size:
            raise ValueError("expected '}' before end of string")
        name, conversion, spec = text[start:at], None, ""
        if text[at] == "!":
            at += 1
            if at >= size:
                raise ValueError("end of string while looking for conversion specifier")
            conversion = text[at]
            at += 1
            if at < size:
                if text[at] == "}":
                    at += 1
                    yield literal, name, "", conversion
                    continue
                if text[at] != ":":
                    raise ValueError("expected ':' after conversion specifier")
            else:
                raise ValueError("unmatched '{' in format spec")
        if text[at] == ":":
            at += 1
            start = at
            while at < size:
                depth += {"{": 1, "}": -1}.get(text[at], 0)
                if not depth:
                    break
                at += 1
            if at >= size:
                raise ValueError("unmatched '{' in format spec")
            spec = text[start:at]
        at += 1
        yield literal, name, spec, conversion


class Odd:
    def __format__(self, spec):
        return f"<{spec}>"

    def __getitem__(self, key):
        return repr(key)

    def __repr__(self):
        return "Odd()"

    attribute = 5


def case(r, agree):
    text = harness.text(r, 14, "{{{}}}}:!ab[]0.rsé ")
    agree("parse " + text, lambda: list(native.formatter_parser(text)), lambda: list(parse(text)), loose=True)
    values = [r.choice((5, 2.5, "xyz", Odd(), None, [1, 2])) for _ in range(r.randint(0, 3))]
    fields = ("{}", "{0}", "{1}", "{a}", "{0.attribute}", "{0[k]}", "{0[1]}", "{!r}", "{!s:>5}", "{a!a}", "{:{}}", "{0:{1}}", "{{", "}}", "x", "é", "{:>8}", "{:^+9.2f}", "{:,}", "{:#x}", "{:08_b}",
              "{0!x}", "{.real}", "{:c}", "{:e}", "{:%}", "{:=5}", "{:s}", "{:n}", "{:z.1f}", "{:010,.3f}")
    layout = "".join(r.choices(fields, k=r.randint(0, 4)))
    agree("format " + layout, lambda: layout.format(*values, a=values), lambda: string.Formatter().vformat(layout, values, {"a": values}), loose="any")
    name = harness.text(r, 8, "ab0.[]1 -é")
    agree("split", lambda: (lambda pair: (pair[0], list(pair[1])))(native.formatter_field_name_split(name)))
    spec = harness.text(r, 7, "<>=^+- #0,_.123bcdeEfFgGnosxX%zé")
    value = r.choice((harness.integer(r), harness.real(r), harness.text(r), True, 1 + 2j))
    agree("spec " + spec, lambda: format(value, spec), lambda: ("{:" + spec + "}").format(value))
    old = "%" + harness.text(r, 4, "-+ #0123.*l") + r.choice("diouxXeEfFgGcrsa%q")
    agree("percent " + old, lambda: old % ((value,) if "*" not in old else (r.randint(-3, 3), value)))
    agree("template", lambda: string.Template(text.replace("{", "$")).safe_substitute(a=1, ab=2))


if __name__ == "__main__":
    harness.main(case)
