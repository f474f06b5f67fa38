# ast.parse(optimize=...), and what compile() says on the way to a tree.
import ast
import warnings


def dumped(source, level=1):
    return ast.dump(ast.parse(source, optimize=level)).removeprefix("Module(body=[").removesuffix("])")


def test_formats_become_f_strings():
    assert dumped("'a%%%5.3r%-3s' % (x, y)") == ast.dump(ast.parse("f'a%{x!r:>5.3}{y!s:3}'").body[0]).replace(
        "format_spec=JoinedStr(values=[Constant(value='>5.3')])", "format_spec=Constant(value='>5.3')").replace(
        "format_spec=JoinedStr(values=[Constant(value='3')])", "format_spec=Constant(value='3')")
    for source in ("'%d' % (x,)", "'%s' % (*x,)", "'%s' % x", "'%s' % ()", "'%' % ()", "'%100s' % (x,)", "b'%s' % (x,)"):
        assert dumped(source) == dumped(source, 0), source


def test_numbers_of_patterns():
    folded = dumped("match x:\n case -1 | -1.5 | -2j | 1-2j | -1+0j | {-3: _}: pass")
    for number in ("-1", "-1.5", "(-0-2j)", "(1-2j)", "(-1+0j)", "-3"):
        assert f"Constant(value={number})" in folded, number
    assert "UnaryOp" in dumped("match x:\n case -1: pass", 0)


def test_docstrings_and_debug():
    assert dumped("'doc'\ndef f(): 'doc'", 2) == "FunctionDef(name='f', args=arguments(), body=[Pass()])"
    assert dumped("class A:\n 'doc'\n 'other'", 2) == "ClassDef(name='A', body=[Expr(value=JoinedStr(values=[Constant(value='other')]))])"
    assert dumped("__debug__") == "Expr(value=Constant(value=False))"
    assert dumped("1 + 2") == dumped("1 + 2", 0)


def test_annotations_stay_under_the_future_statement():
    source = "from __future__ import annotations\nx: '%s' % (a,)"
    assert dumped(source) == dumped(source, 0)


def test_trees_are_copied():
    tree = ast.parse("x = 1")
    again = compile(tree, "", "exec", ast.PyCF_ONLY_AST)
    assert again is not tree and ast.compare(again, tree, compare_attributes=True)


def refused(source, *arguments, **options):
    try:
        compile(source, "f", *arguments, **options)
    except (SyntaxError, ValueError, TypeError) as error:
        return f"{type(error).__name__}: {error.args[0]}"


def test_errors():
    assert refused(ast.Constant(1), "eval", ast.PyCF_ONLY_AST) == "TypeError: expected Expression node, got Constant"
    assert refused("from __future__ import braces", "exec", ast.PyCF_ONLY_AST) == "SyntaxError: not a chance"
    assert refused("x\nfrom __future__ import braces", "exec", ast.PyCF_ONLY_AST) is None
    assert refused("\u1d3a\u1d52\u207f\u1d49", "eval") == "ValueError: identifier field can't represent 'None' constant"


def test_feature_version():
    for source, minor, what in (("a @ b", 5, "The '@' operator is"), ("async def f(): pass", 5, "Async functions are"),
                                ("x: int", 6, "Variable annotation syntax is"), ("1_0", 6, "Underscores in numeric literals are")):
        ast.parse(source, feature_version=(3, minor))
        try:
            ast.parse(source, feature_version=(3, minor - 1))
            raise AssertionError(source)
        except SyntaxError as error:
            assert error.msg == f"{what} only supported in Python 3.{minor} and greater", error.msg


def test_warnings_of_a_source_have_no_module():
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        compile("'\\d'", "name", "exec")
        ast.parse("try: pass\nfinally:\n  def f():\n    try: pass\n    finally: return")
    assert [(w.category, w.filename, w.lineno) for w in seen] == [(SyntaxWarning, "name", 1)]


if __name__ == "__main__":
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            test()
