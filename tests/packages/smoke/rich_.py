import io

from rich.console import Console
from rich.markdown import Markdown
from rich.progress import Progress
from rich.syntax import Syntax
from rich.table import Table
from rich.traceback import Traceback
from rich.tree import Tree
from tabulate import tabulate

out = io.StringIO()
console = Console(file=out, width=60, force_terminal=True, color_system="truecolor")
table = Table(title="Things")
table.add_column("Name", style="cyan")
table.add_column("Größe 漢字", justify="right")
table.add_row("x", "[bold]1[/bold]")
console.print(table)
console.print(Markdown("# Head\n\n* item `code`"), Syntax("x = 1", "python"), {"a": [1, 2, {"b": None}]})
tree = Tree("root")
tree.add("leaf").add("deeper")
console.print(tree)
try:
    1 / 0
except ZeroDivisionError:
    console.print(Traceback())
with Progress(console=console, auto_refresh=False) as progress:
    task = progress.add_task("work", total=3)
    for _ in range(3):
        progress.advance(task)
    progress.refresh()
text = out.getvalue()
assert "Things" in text and "漢字" in text and "ZeroDivisionError" in text and "└── " in text and "100%" in text
assert tabulate([["a", 1.5], ["b", 22]], headers=["n", "v"], tablefmt="github").split("\n")[2] == "| a   |  1.5 |"
assert tabulate({"x": [1, 2]}, headers="keys", tablefmt="html").startswith("<table>")
