import pygments
from pygments.formatters import HtmlFormatter, NullFormatter, TerminalFormatter
from pygments.lexers import get_all_lexers, get_lexer_by_name, guess_lexer

code = 'def f(x):\n    """doc"""\n    return f"{x!r}" + 0x1F  # note\n'
html = pygments.highlight(code, get_lexer_by_name("python"), HtmlFormatter())
assert '<span class="k">def</span>' in html and '<span class="c1"># note</span>' in html
assert pygments.highlight(code, get_lexer_by_name("python"), NullFormatter()) == code
assert "\x1b[" in pygments.highlight("SELECT * FROM t;", get_lexer_by_name("sql"), TerminalFormatter())
for name, text in (("c++", "template<class T> int f() { return 1; }"), ("json", '{"a": [1, null]}'), ("html", "<p class='x'>a&amp;</p>"), ("bash", "for i in *; do echo $i; done"),
                   ("javascript", "const f = async (x) => `${x}`;"), ("rust", "fn main() { println!(\"x\"); }")):
    tokens = list(pygments.lex(text, get_lexer_by_name(name)))
    assert "".join(value for _, value in tokens).rstrip("\n") == text and not any("Error" in str(kind) for kind, _ in tokens), tokens
assert len(list(get_all_lexers())) > 400
assert guess_lexer("#!/usr/bin/python\nimport os\n").name == "Python"
