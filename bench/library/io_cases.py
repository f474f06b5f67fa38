import io

text = "".join(f"line {i} of the text, with some words\n" for i in range(20000))
data = text.encode()


def write_text():
    out = io.StringIO()
    for i in range(30000):
        out.write("some text ")
    return len(out.getvalue())


def write_bytes():
    out = io.BytesIO()
    for i in range(30000):
        out.write(b"some bytes")
    return len(out.getvalue())


def read_bytes():
    source = io.BytesIO(data)
    count = 0
    while piece := source.read(64):
        count += len(piece)
    return count


def print_lines():
    out = io.StringIO()
    for i in range(8000):
        print(i, "value", i / 2, file=out)
    return len(out.getvalue())


measure("StringIO lines", lambda: sum(len(line) for line in io.StringIO(text)))
measure("BytesIO lines", lambda: sum(len(line) for line in io.BytesIO(data)))
measure("text file lines", lambda: sum(len(line) for line in io.TextIOWrapper(io.BytesIO(data), "utf-8")))
measure("StringIO write", write_text)
measure("BytesIO write", write_bytes)
measure("BytesIO read", read_bytes)
measure("print", print_lines)
