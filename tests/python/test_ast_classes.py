# The classes of `ast`: making, repr, copying, replacing; parse, dump, unparse, literal_eval.
import ast
import copy
import warnings


def outcome(function):
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        try:
            result = repr(function())
        except Exception as error:
            result = f"{type(error).__name__}: {error}"
    return [result] + [str(w.message) for w in seen]


def test_class_attributes():
    assert ast.Name._fields == ast.Name.__match_args__ == ("id", "ctx")
    assert ast.Name.__doc__ == "Name(identifier id, expr_context ctx)"
    assert ast.expr._attributes == ("lineno", "col_offset", "end_lineno", "end_col_offset")
    assert ast.FunctionDef._field_types["body"] == list[ast.stmt]
    assert ast.FunctionDef._field_types["returns"] == ast.expr | None
    assert ast.expr_context.__doc__ == "expr_context = Load | Store | Del"
    assert ast.Name.__mro__ == (ast.Name, ast.expr, ast.AST, object)
    assert ast.pattern.__dict__.get("end_lineno", "required") == "required"


def test_defaults_and_warnings():
    assert outcome(lambda: ast.Name("a")) == ["Name(id='a', ctx=Load())"]
    assert outcome(lambda: ast.Module().body) == ["[]"]
    assert outcome(lambda: ast.Name("a", 1, 2)) == ["TypeError: Name constructor takes at most 2 positional arguments"]
    assert outcome(lambda: ast.Name("a", id="b")) == ["TypeError: Name got multiple values for argument 'id'"]
    assert outcome(lambda: ast.Name("a", more=1))[1].startswith("Name.__init__ got an unexpected keyword argument 'more'.")


def test_repr_is_three_levels_deep():
    tree = ast.parse("f(a, b, c)")
    assert repr(tree) == ("Module(body=[Expr(value=Call(func=Name(...), args=[Name(...), ..., Name(...)], keywords=[]))], "
                          "type_ignores=[])")
    node = ast.UnaryOp(ast.Not(), None)
    node.operand = [node]
    assert repr(node) == "UnaryOp(op=Not(), operand=[UnaryOp(...)])"


def test_copy_and_replace():
    tree = ast.parse("def f(x: int = 1, *a) -> None: return x + 1\n")
    twin = copy.deepcopy(tree)
    assert twin is not tree and ast.compare(tree, twin, compare_attributes=True)
    node = ast.Name("a", lineno=3)
    assert copy.replace(node, id="b").__dict__ == {"id": "b", "ctx": node.ctx, "lineno": 3}
    assert outcome(lambda: copy.replace(node, more=1)) == [
        "TypeError: Name.__replace__ got an unexpected keyword argument 'more'."]
    del node.id, node.ctx
    assert outcome(lambda: copy.replace(node)) == ["TypeError: Name.__replace__ missing 2 keyword arguments: 'ctx', 'id'."]


def test_classes_may_be_changed():
    class Node(ast.AST):
        _fields = ("left", "right")
        left = None

    assert outcome(lambda: Node(right=2)) == ["Node(left=None, right=2)"]
    ast.AST.extra = 1
    assert ast.Load().extra == 1
    del ast.AST.extra


def test_parse_and_back():
    source = "x = f(1, *a, b=2)\nif x < 3:\n    pass"
    assert ast.unparse(ast.parse(source)) == source
    assert ast.literal_eval("{1: [2, 'a', -3.5+2j], 'x': (None, True, ..., b'')}") == {
        1: [2, "a", -3.5 + 2j], "x": (None, True, ..., b"")}
    assert ast.parse("a" * 3, mode="eval").body.end_col_offset == 3
    assert ast.dump(ast.parse("(int, str) -> None", mode="func_type")) == (
        "FunctionType(argtypes=[Name(id='int', ctx=Load()), Name(id='str', ctx=Load())], returns=Constant(value=None))")


def test_singletons():
    a, b = ast.parse("a; b").body
    assert a.value.ctx is b.value.ctx and type(a.value.ctx) is ast.Load


if __name__ == "__main__":
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            test()
