import click
from click.testing import CliRunner


@click.group()
@click.option("--loud/--quiet", default=False)
@click.pass_context
def main(context, loud):
    context.obj = loud


@main.command()
@click.argument("names", nargs=-1, required=True)
@click.option("--count", type=click.IntRange(1, 3), default=1, show_default=True)
@click.pass_obj
def greet(loud, names, count):
    """Greets people."""
    for _ in range(count):
        click.echo(" ".join(name.upper() if loud else name for name in names))


run = CliRunner().invoke
assert run(main, ["--loud", "greet", "ann", "bob", "--count", "2"]).output == "ANN BOB\n" * 2
bad = run(main, ["greet", "x", "--count", "9"])
assert bad.exit_code == 2 and "9 is not in the range 1<=x<=3" in bad.output, bad.output
shown = run(main, ["greet", "--help"])
assert "Greets people." in shown.output and "[default: 1" in shown.output, shown.output
assert run(main, ["nothing"]).exit_code == 2
assert click.style("x", fg="red") == "\x1b[31mx\x1b[0m"
