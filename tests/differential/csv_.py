# csv_.py: _csv's reader and writer against a model of the format that is written out here, character by character.

import csv as native
import io

import harness


def parse(lines, d):
    """The rows of `lines` under dialect d: one state machine, a character at a time."""
    rows, fields, field, state, quoted = [], [], [], "start record", False

    def save():
        nonlocal quoted
        value = "".join(field)
        if not quoted and not value and d["quoting"] in (4, 5):
            value = None
        elif not quoted and value and d["quoting"] in (2, 4):
            value = float(value)
        fields.append(value)
        field.clear()
        quoted = False

    def start(character):
        nonlocal state, quoted
        if character == "\n":
            save()
            state = "start record"
        elif character == d["quotechar"] and d["quoting"] != 3:
            quoted, state = True, "in quoted"
        elif character == d["escapechar"]:
            state = "escape"
        elif character == " " and d["skipinitialspace"]:
            state = "start field"
        elif character == d["delimiter"]:
            save()
            state = "start field"
        else:
            field.append(character)
            state = "in field"

    def feed(character):
        nonlocal state
        if state == "start record":
            if character != "\n":
                start(character)
        elif state == "start field":
            start(character)
        elif state == "escape":
            field.append(character)
            state = "after escaped newline" if character == "\n" else "in field"
        elif state in ("in field", "after escaped newline"):
            if character == "\n":
                save()
                state = "start record"
            elif character == d["escapechar"]:
                state = "escape"
            elif character == d["delimiter"]:
                save()
                state = "start field"
            else:
                field.append(character)
        elif state == "in quoted":
            if character == d["escapechar"]:
                state = "escape in quoted"
            elif character == d["quotechar"] and d["quoting"] != 3:
                state = "quote in quoted" if d["doublequote"] else "in field"
            else:
                field.append(character)
        elif state == "escape in quoted":
            field.append(character)
            state = "in quoted"
        elif state == "quote in quoted":
            if character == d["quotechar"]:
                field.append(character)
                state = "in quoted"
            elif character == d["delimiter"]:
                save()
                state = "start field"
            elif character == "\n":
                save()
                state = "start record"
            elif d["strict"]:
                raise native.Error("delimiter expected after quote")
            else:
                field.append(character)
                state = "in field"

    for line in lines:
        for character in line:
            feed(character)
        if state in ("in quoted", "escape in quoted", "after escaped newline"):
            continue
        if state == "start field":
            save()
        elif state in ("in field", "quote in quoted"):
            save()
        state = "start record"
        rows.append(fields)
        fields = []
    if state != "start record":
        if d["strict"] and (field or state == "in quoted"):
            raise native.Error("unexpected end of data")
        save()
        rows.append(fields)
    return rows


def written(row, d):
    out = []
    special = {d["delimiter"], d["quotechar"], d["escapechar"], "\r", "\n"} | set(d["lineterminator"])
    for value in row:
        number = isinstance(value, (int, float))
        string = "" if value is None else str(value)
        quote = (d["quoting"] == 1 or d["quoting"] == 2 and not number or d["quoting"] == 4 and isinstance(value, str)
                 or d["quoting"] == 5 and value is not None)
        body = []
        for character in string:
            if character in special:
                if d["quoting"] == 3 or character == d["escapechar"]:
                    escape = True
                elif character == d["quotechar"]:
                    escape = not d["doublequote"]
                    if not escape:
                        body.append(d["quotechar"])
                else:
                    escape = False
                if escape:
                    if d["escapechar"] is None:
                        raise native.Error("need to escape, but no escapechar set")
                    body.append(d["escapechar"])
                if not escape or character != d["escapechar"] and d["quoting"] != 3 and character != d["quotechar"]:
                    quote = d["quoting"] != 3 or quote
            body.append(character)
        if string[:1] == " " == d["delimiter"] and d["skipinitialspace"] or (" " in string and d["delimiter"] == " "):
            quote = quote or d["quoting"] != 3
        if not string and len(row) == 1 and not quote:
            if d["quoting"] == 3 or d["quoting"] in (4, 5) and value is None:
                raise native.Error("single empty field record must be quoted")
            quote = True
        out.append(d["quotechar"] + "".join(body) + d["quotechar"] if quote else "".join(body))
    return d["delimiter"].join(out) + d["lineterminator"]


def write(row, d):
    sink = io.StringIO()
    native.writer(sink, **d).writerow(row)
    return sink.getvalue()


def case(r, agree):
    d = {"delimiter": r.choice(",,,;\t "), "quotechar": r.choice("\"\"\"'"), "doublequote": r.random() < 0.8,
         "escapechar": r.choice((None, None, "\\")), "skipinitialspace": False,
         "strict": r.random() < 0.3, "quoting": r.randint(0, 5), "lineterminator": "\n"}
    alphabet = "ab1.,;'\"\\ \t"
    lines = [harness.text(r, 12, alphabet) + "\n" for _ in range(r.randint(0, 4))]
    agree("read", lambda: list(native.reader(lines, **d)), lambda: parse(lines, d), loose=True)
    row = [r.choice((harness.text(r, 5, alphabet + "\n\r"), harness.text(r, 3), r.randint(-9, 99), harness.real(r), None, "")) for _ in range(r.randint(0, 4))]
    d["lineterminator"] = r.choice(("\r\n", "\n", "!"))
    if row and d["delimiter"] != " ":
        agree("write", lambda: write(row, d), lambda: written(row, d), loose=True)
    else:
        agree("write", lambda: write(row, d))
    odd = {**d, **{r.choice(("delimiter", "quotechar", "escapechar", "quoting", "lineterminator")): r.choice((None, "", "ab", 7, "\n", " ", "x"))},
           "skipinitialspace": r.random() < 0.5}
    agree("odd dialect", lambda: write(row, odd))
    agree("odd reader", lambda: list(native.reader(lines, **odd)))
    start, length = r.randint(0, 3), r.randint(2, 5)
    agree("sniff", lambda: native.Sniffer().has_header("".join(lines[start:length])))


if __name__ == "__main__":
    harness.main(case)
