# The module _tokenize through the library's tokenize.
import io
import tokenize

SOURCE = "def f(x):\n    # note\n    return x + f'{x!r:>3}'\n"
tokens = list(tokenize.generate_tokens(io.StringIO(SOURCE).readline))
assert [t.string for t in tokens][:6] == ["def", "f", "(", "x", ")", ":"]
assert tokens[0].start == (1, 0) and tokens[0].end == (1, 3) and tokens[0].line == "def f(x):\n"
assert [tokenize.tok_name[t.type] for t in tokens if t.string == "# note"] == ["COMMENT"]
assert tokens[-1].type == tokenize.ENDMARKER
first = next(tokenize.tokenize(io.BytesIO(b"x = 1\n").readline))
assert first.type == tokenize.ENCODING and first.string == "utf-8"
try:
    list(tokenize.generate_tokens(io.StringIO("'''open").readline))
except tokenize.TokenError as error:
    assert error.args[0] == "EOF in multi-line string"
else:
    raise AssertionError
