"""Text to markup: a small Markdown renderer (blocks, then inlines), a table of contents, and a plain-text wrapper."""

import re
import textwrap
from html import escape

SOURCE = """
# The *Hognose* Book

A paragraph with **bold**, *slanted*, `code < here`, a [link](https://example.org "Title & more")
and an ![image](pic.png). Two spaces  
break a line. Escapes: \\*not slanted\\*, 5 < 6 && 7 > 2.

## Lists

- one
- two with `code`
  - nested a
  - nested b
    - deeper
- three

1. first
2. second
   continued here
3. third

> A quote with **bold**
> over two lines.
>
> > And a quote inside.

### Code & Tables

```python
def f(x):
    return x < 3 and "*not*"
```

    indented code
      stays as it is

| name | count | share |
|:-----|------:|:-----:|
| apples | 12 | 40 % |
| *pears* | 3 | `10 %` |

---

Term with _underscores_ and snake_case_names, and ***both***. <https://auto.link>

## Lists

Same heading again. Footnote[^1] and another[^note].

[^1]: The first note.
[^note]: A *second* note.
"""


class Inline:
    RULES = [
        ("code", re.compile(r"(`+)(.+?)\1")), ("escape", re.compile(r"\\([\\`*_{}\[\]()#+.!|-])")), ("break", re.compile(r" {2,}\n")),
        ("image", re.compile(r'!\[([^\]]*)\]\((\S+?)(?:\s+"([^"]*)")?\)')), ("note", re.compile(r"\[\^(\w+)\]")),
        ("link", re.compile(r'\[([^\]]+)\]\((\S+?)(?:\s+"([^"]*)")?\)')), ("auto", re.compile(r"<(https?://[^>\s]+)>")),
        ("both", re.compile(r"\*\*\*(.+?)\*\*\*")), ("strong", re.compile(r"\*\*(.+?)\*\*")), ("em", re.compile(r"\*(.+?)\*|(?<!\w)_(.+?)_(?!\w)")),
    ]

    def __init__(self):
        self.notes = []

    def render(self, text):
        out, place = [], 0
        while place < len(text):
            found = [(m.start(), i, name, m) for i, (name, rule) in enumerate(self.RULES) if (m := rule.search(text, place))]
            if not found:
                break
            start, _, name, match = min(found)
            out.append(escape(text[place:start], quote=False))
            out.append(getattr(self, "make_" + name)(match))
            place = match.end()
        return "".join(out) + escape(text[place:], quote=False)

    def make_code(self, match):
        return f"<code>{escape(match[2].strip(), quote=False)}</code>"

    def make_escape(self, match):
        return match[1]

    def make_break(self, match):
        return "<br>\n"

    def make_image(self, match):
        return f'<img src="{escape(match[2])}" alt="{escape(match[1])}">'

    def make_link(self, match):
        title = f' title="{escape(match[3])}"' if match[3] else ""
        return f'<a href="{escape(match[2])}"{title}>{self.render(match[1])}</a>'

    def make_auto(self, match):
        return f'<a href="{match[1]}">{match[1]}</a>'

    def make_note(self, match):
        if match[1] not in self.notes:
            self.notes.append(match[1])
        number = self.notes.index(match[1]) + 1
        return f'<sup><a href="#fn-{match[1]}">{number}</a></sup>'

    def make_both(self, match):
        return f"<strong><em>{self.render(match[1])}</em></strong>"

    def make_strong(self, match):
        return f"<strong>{self.render(match[1])}</strong>"

    def make_em(self, match):
        return f"<em>{self.render(match[1] or match[2])}</em>"


class Markdown:
    ITEM = re.compile(r"( *)([-*+]|\d+\.) +(.*)")

    def __init__(self):
        self.inline, self.headings, self.anchors, self.footnotes = Inline(), [], {}, {}

    def anchor(self, text):
        slug = re.sub(r"[^a-z0-9]+", "-", re.sub(r"<[^>]+>", "", text).lower()).strip("-")
        self.anchors[slug] = n = self.anchors.get(slug, 0) + 1
        return slug if n == 1 else f"{slug}-{n}"

    def blocks(self, lines):
        lines, i = list(lines), 0
        while i < len(lines):
            line = lines[i]
            start = i
            if not line.strip():
                i += 1
            elif match := re.fullmatch(r"(#{1,6}) +(.*?)(?: +#+)?", line):
                text = self.inline.render(match[2])
                name = self.anchor(text)
                self.headings.append((len(match[1]), text, name))
                yield f'<h{len(match[1])} id="{name}">{text}</h{len(match[1])}>'
                i += 1
            elif line.startswith("```"):
                i = next((j for j in range(i + 1, len(lines)) if lines[j].startswith("```")), len(lines))
                language = f' class="{line[3:].strip()}"' if line[3:].strip() else ""
                yield f"<pre{language}>" + escape("\n".join(lines[start + 1:i]), quote=False) + "</pre>"
                i += 1
            elif line.startswith("    "):
                while i < len(lines) and (lines[i].startswith("    ") or not lines[i].strip()):
                    i += 1
                yield "<pre>" + escape(textwrap.dedent("\n".join(lines[start:i])).strip("\n"), quote=False) + "</pre>"
            elif re.fullmatch(r"(?:[-*_] *){3,}", line):
                yield "<hr>"
                i += 1
            elif line.startswith(">"):
                while i < len(lines) and lines[i].startswith(">"):
                    i += 1
                inner = self.blocks(re.sub(r"^> ?", "", l) for l in lines[start:i])
                yield "<blockquote>\n" + textwrap.indent("\n".join(inner), "  ") + "\n</blockquote>"
            elif match := re.fullmatch(r"\[\^(\w+)\]: (.*)", line):
                self.footnotes[match[1]] = match[2]
                i += 1
            elif line.startswith("|") and i + 1 < len(lines) and re.fullmatch(r"[|:\- ]+", lines[i + 1]):
                while i < len(lines) and lines[i].startswith("|"):
                    i += 1
                yield self.table(lines[start:i])
            elif self.ITEM.match(line):
                while i < len(lines) and (self.ITEM.match(lines[i]) or lines[i].startswith("  ") and lines[i].strip()):
                    i += 1
                yield self.list(lines[start:i])
            else:
                while i < len(lines) and lines[i].strip() and not re.match(r"#|>|```|\|", lines[i]):
                    i += 1
                yield f"<p>{self.inline.render(chr(10).join(lines[start:i]))}</p>"

    def list(self, lines):
        items, depth = [], len(self.ITEM.match(lines[0])[1])
        for line in lines:
            match = self.ITEM.match(line)
            if match and len(match[1]) <= depth:
                items.append((match[3], []))
            else:
                items[-1][1].append(line)
        tag = "ol" if self.ITEM.match(lines[0])[2][0].isdigit() else "ul"
        out = [f"<{tag}>"]
        for text, more in items:
            plain = [l.strip() for l in more if not self.ITEM.match(l)]
            nested = [l for l in more if self.ITEM.match(l)]
            body = self.inline.render(" ".join([text, *plain]))
            if nested:
                body += "\n" + textwrap.indent(self.list(nested), "    ") + "\n  "
            out.append(f"  <li>{body}</li>")
        return "\n".join([*out, f"</{tag}>"])

    def table(self, lines):
        rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines]
        sides = [{(True, True): "center", (False, True): "right"}.get((c.startswith(":"), c.endswith(":")), "left") for c in rows[1]]
        out = ["<table>"]
        for tag, row in [("th", rows[0]), *(("td", row) for row in rows[2:])]:
            out.append("  <tr>" + "".join(f'<{tag} align="{side}">{self.inline.render(cell)}</{tag}>' for cell, side in zip(row, sides)) + "</tr>")
        return "\n".join([*out, "</table>"])

    def convert(self, source):
        body = list(self.blocks(source.strip("\n").split("\n")))
        contents = [f'{"  " * (level - 1)}- {re.sub("<.*?>", "", text)} (#{name})' for level, text, name in self.headings]
        if self.inline.notes:
            body.append("<ol>" + "".join(f'<li id="fn-{n}">{self.inline.render(self.footnotes[n])}</li>' for n in self.inline.notes) + "</ol>")
        return "\n".join(contents), "\n".join(body)


def plain(markup, width=50):
    for block in re.split(r"</(?:p|h\d|li|tr|pre)>", markup):
        text = re.sub(r"<[^>]+>", " ", block).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        if text.strip():
            yield textwrap.fill(" ".join(text.split()), width, initial_indent="* ", subsequent_indent="  ")


contents, markup = Markdown().convert(SOURCE)
print(contents, markup, *plain(markup), sep="\n")
print(textwrap.shorten("the quick brown fox jumps over the lazy dog", 24), repr(textwrap.dedent("  a\n   b\n  c")), textwrap.wrap("a-very-long-hyphenated word", 9))
