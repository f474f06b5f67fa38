"""A template engine that compiles templates to Python source and runs it with exec: filters, loops, blocks, escapes."""

import html
import re
from functools import lru_cache


class TemplateError(Exception):
    def __init__(self, message, line):
        super().__init__(f"line {line}: {message}")
        self.line = line


class CodeBuilder:
    def __init__(self):
        self.lines = []
        self.depth = 0

    def add(self, line):
        self.lines.append("    " * self.depth + line)

    def indent(self, line):
        self.add(line)
        self.depth += 1

    def dedent(self):
        self.depth -= 1

    def __str__(self):
        return "\n".join(self.lines) + "\n"


FILTERS = {
    "upper": str.upper, "title": str.title, "length": len, "join": lambda items, glue=", ": glue.join(map(str, items)),
    "default": lambda value, other: value if value not in (None, "") else other, "money": lambda n: f"{n:,.2f}",
    "reverse": lambda items: items[::-1], "sort": sorted, "first": lambda items: items[0], "safe": lambda text: Safe(text),
}


class Safe(str):
    pass


def escape(value):
    return value if isinstance(value, Safe) else html.escape(str(value))


def lookup(value, *names):
    for name in names:
        try:
            value = value[name]
        except (TypeError, KeyError, IndexError):
            try:
                value = value[int(name)]
            except (ValueError, TypeError, KeyError, IndexError):
                value = getattr(value, name)
        if callable(value):
            value = value()
    return value


class Template:
    PIECE = re.compile(r"(\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\})", re.DOTALL)

    def __init__(self, text, loader=None):
        self.loader = loader
        self.code = CodeBuilder()
        self.code.indent("def render(context, out, lookup, escape, filters, blocks, include):")
        self.line, self.open, self.blocks, self.parent = 1, [], {}, None
        for piece in self.PIECE.split(text):
            self.compile_piece(piece)
            self.line += piece.count("\n")
        if self.open:
            raise TemplateError(f"{self.open[-1][0]!r} is never closed", self.open[-1][1])
        self.code.add("return out")
        space = {}
        exec(compile(str(self.code), "<template>", "exec"), space)
        self.function = space["render"]

    def compile_piece(self, piece):
        if piece.startswith("{{"):
            self.code.add(f"out.append(escape({self.expression(piece[2:-2])}))")
        elif piece.startswith("{%"):
            self.statement(piece[2:-2].split())
        elif not piece.startswith("{#") and piece:
            self.code.add(f"out.append({piece!r})")

    def expression(self, text):
        first, *rest = (part.strip() for part in text.split("|"))
        code = self.atom(first)
        for part in rest:
            name, _, argument = part.partition(":")
            if name not in FILTERS:
                raise TemplateError(f"no filter {name!r}", self.line)
            extra = f", {self.atom(argument)}" if argument else ""
            code = f"filters[{name!r}]({code}{extra})"
        return code

    def atom(self, text):
        if re.fullmatch(r"""-?\d+(\.\d+)?|"[^"]*"|'[^']*'""", text):
            return text
        if not re.fullmatch(r"[A-Za-z_]\w*(\.\w+)*", text):
            raise TemplateError(f"bad expression {text!r}", self.line)
        name, *path = text.split(".")
        return f"lookup(context, {name!r}{''.join(f', {p!r}' for p in path)})"

    def statement(self, words):
        match words:
            case ["if", "not", condition]:
                self.enter("if", f"if not {self.expression(condition)}:")
            case ["if", left, ("==" | "!=" | "<" | ">") as operator, right]:
                self.enter("if", f"if {self.expression(left)} {operator} {self.expression(right)}:")
            case ["if", condition]:
                self.enter("if", f"if {self.expression(condition)}:")
            case ["else"] if self.open and self.open[-1][0] in ("if", "for"):
                self.code.dedent()
                self.code.indent("else:")
            case ["for", name, "in", *source]:
                index = f"_{len(self.open)}"
                self.enter("for", f"for {index}, context[{name!r}] in enumerate({self.expression(' '.join(source))}):")
                self.code.add(f"context['index'] = {index} + 1")
            case ["block", name]:
                self.enter("block", f"def block_{name}(context, out):")
                self.blocks[name] = True
            case ["end", kind] if self.open and self.open[-1][0] == kind:
                self.open.pop()
                self.code.add("pass")
                self.code.dedent()
                if kind == "block":
                    name = list(self.blocks)[-1]
                    self.code.add(f"blocks.setdefault({name!r}, block_{name})")
                    self.code.add(f"blocks[{name!r}](context, out)")
            case ["end", kind]:
                raise TemplateError(f"unexpected end of {kind!r}", self.line)
            case ["include", name]:
                self.code.add(f"include({name!r}, context, out, blocks)")
            case ["extends", name]:
                self.parent = name
            case _:
                raise TemplateError(f"unknown tag {' '.join(words)!r}", self.line)

    def enter(self, kind, line):
        self.open.append((kind, self.line))
        self.code.indent(line)

    def render(self, /, **context):
        return "".join(self.run(context, [], {}))

    def run(self, context, out, blocks):
        target = [] if self.parent else out
        self.function(context, target, lookup, escape, FILTERS, blocks, self.include)
        if self.parent:
            self.loader(self.parent).run(context, out, blocks)
        return out

    def include(self, name, context, out, blocks):
        self.loader(name).run(context, out, blocks)


SOURCES = {
    "base": "<html><h1>{% block title %}untitled{% end block %}</h1>\n{% block body %}{% end block %}\n-- {{ site }}</html>",
    "page": "{% extends base %}{% block title %}{{ title|title }}{% end block %}{% block body %}"
            "{% for p in people %}{% include person %}{% else %}{% end for %}{% end block %}",
    "person": "  {{ index }}. {{ p.name|upper }} <{{ p.mail|default:'none' }}>{% if p.age > 40 %} (senior){% else %} (junior){% end if %}\n",
}


@lru_cache
def load(name):
    return Template(SOURCES[name], load)


class Person:
    def __init__(self, name, age, mail=None):
        self.name, self.age, self.mail = name, age, mail

    def initials(self):
        return "".join(part[0] for part in self.name.split())


def main():
    people = [Person("Ada Low", 36, "ada@example.org"), Person("Bo <b>", 52), Person("Cy Fox", 41, "")]
    print(load("page").render(title="the people", people=people, site="A & B"))
    print(load("page").render(title="nobody", people=[], site="x"))
    print(load("base").render(site="plain"))

    def show(source, /, **context):
        print(Template(source).render(**context))

    show("{{ a.b.0 }} {{ a.c }} {# nothing #}{{ x|money }} {{ words|sort|join:' + ' }} {{ words|length }}", a={"b": [7], "c": "d"}, x=1234567.891, words=["q", "b", "k"])
    show("{{ p.initials }} {{ text }} {{ text|safe }} {{ 'lit' }} {{ -3.5 }}", p=people[0], text="<i>&</i>")
    show("{% for row in table %}{% for cell in row %}[{{ cell }}]{% end for %}{% if not last %};{% end if %}\n{% end for %}", table=[[1, 2], [3, 4]], last=False)
    print(load("person").code)
    for bad in ("{{ a b }}", "one\n{% if x %}", "{% end for %}", "x\n\n{{ a|nope }}", "{% loop %}", "{{ missing }}", "{{ a.b.c }}"):
        try:
            show(bad, a={"b": 1})
        except (TemplateError, KeyError, AttributeError) as error:
            print(f"! {type(error).__name__}: {error}")
    print(load.cache_info())


main()
