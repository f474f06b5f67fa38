import markdown
import mistune

text = "# Title\n\nSome *text* with `code`, [a link](http://x.org \"t\") and\n\n* a\n* b\n    * c\n\n| x | y |\n|---|--:|\n| 1 | 2 |\n\n```python\nx < 1\n```\n"
html = markdown.markdown(text, extensions=["tables", "fenced_code", "toc"])
assert '<h1 id="title">Title</h1>' in html and '<td style="text-align: right;">2</td>' in html and "x &lt; 1" in html, html
html = mistune.create_markdown(plugins=["table", "strikethrough"])(text + "\n~~gone~~\n")
assert "<h1>Title</h1>" in html and "<del>gone</del>" in html and "<table>" in html, html
from markdown_it import MarkdownIt

html = MarkdownIt("commonmark").enable("table").render(text)
assert "<h1>Title</h1>" in html and '<code class="language-python">' in html, html
