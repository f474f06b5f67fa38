# compile() of ast objects: what runs, and what is refused with which words.
import ast

AT = dict(lineno=1, col_offset=0)
NAME = ast.Name("a", **AT)


def refused(tree, mode="exec", **options):
    try:
        compile(tree, "<tree>", mode, **options)
    except (TypeError, ValueError, OverflowError, RecursionError, RuntimeError, SyntaxError) as error:
        return f"{type(error).__name__}: {error}"
    return None


def expression(node):
    return ast.Module([ast.Expr(node, **AT)], [])


def statement(node):
    return ast.Module([node], [])


def test_round_trip_runs():
    source = '''
class A[T]:
    "doc"
    x: int = 1
    def f(self, *a, k=2, **kw) -> None:
        return (self.x, a, k, kw)
async def g():
    async with g() as h, h: pass
    async for i in h: await i
    return [y async for y in h]
def m(v):
    match v:
        case {"k": [1, *rest], **kw} if rest: return rest, kw
        case int(real=r) | (str() as r): return r
        case -1 | 1+2j | None | True: return 0
try: 1/0
except* ZeroDivisionError as e: seen = type(e).__name__
else: pass
finally: done = f"{m(7)!r:>{3}}"
type B[*X, **Y] = int
z = {**{1: 2}, 3: 4}; w = {*(), 1}; del z[3]
s = [i for i in range(3) if i][::-1]; u = lambda a, /, b=1, *, c=2: (yield)
'''
    tree = ast.parse(source)
    scope = {}
    exec(compile(tree, "<tree>", "exec"), scope)
    assert scope["A"]().f(5, k=3, z=1) == (1, (5,), 3, {"z": 1})
    assert scope["m"]({"k": [1, 2, 3], "q": 1}) == ([2, 3], {"q": 1})
    assert (scope["m"](7), scope["m"]("x"), scope["m"](None)) == (7, "x", 0)
    assert scope["seen"] == "ExceptionGroup" and scope["z"] == {1: 2} and scope["s"] == [2, 1]
    assert eval(compile(ast.parse("1 + 2", mode="eval"), "", "eval")) == 3


def test_constants_of_all_kinds():
    for value in (None, True, ..., -5, 2**70, -2**70, 1.5, 2j, 1 + 2j, complex(-0.0, 1), "x\ud800\U0001f600", b"\0\xff",
                  (1, ("a", 2.0), frozenset([1])), frozenset(["a"]), (), ""):
        made = eval(compile(ast.Expression(ast.Constant(value, **AT)), "", "eval"))
        assert made == value and type(made) is type(value) and repr(made) == repr(value), value
    assert refused(expression(ast.Constant((1, [2]), **AT))) == "TypeError: got an invalid type in Constant: list"
    assert refused(expression(ast.Constant(object(), **AT))) == "TypeError: got an invalid type in Constant: object"


def test_missing_and_wrong_fields():
    assert refused(expression(ast.Name("a"))) == 'TypeError: required field "lineno" missing from expr'
    assert refused(statement(NAME)) == "TypeError: expected some sort of stmt, but got Name(id='a', ctx=Load())"
    assert refused(expression(None)) == "ValueError: field 'value' is required for Expr"
    assert refused(statement(None)) == "ValueError: None disallowed in statement list"
    assert refused(expression(ast.Name(3, **AT))) == "TypeError: AST identifier must be of type str"
    assert refused(expression(ast.Name("True", **AT))) == "ValueError: identifier field can't represent 'True' constant"
    assert refused(expression(ast.Name("a", ast.Add(), **AT))) == (
        "TypeError: expected some sort of expr_context, but got Add()")
    assert refused(expression(ast.Name("a", ast.Store(), **AT))) == (
        "ValueError: expression must have Load context but has Store instead")
    assert refused(ast.Module((NAME,), [])) == 'TypeError: Module field "body" must be a list, not a tuple'
    assert refused(NAME) == "TypeError: expected Module node, got Name"
    assert refused(expression(ast.Name("a", lineno=2**31, col_offset=0))) == (
        "OverflowError: Python int too large to convert to C int")
    assert refused(expression(ast.Name("a", lineno=3, col_offset=5, end_lineno=3, end_col_offset=2))) == (
        "ValueError: line 3, column 5-2 is not a valid range")
    assert refused(statement(ast.FunctionDef("f", ast.arguments(), [], **AT))) == "ValueError: empty body on FunctionDef"


def test_lists_may_change_while_they_are_read():
    body = []

    class Growing(ast.Pass):
        @property
        def lineno(self):
            body.append(ast.Pass(**AT))
            return 1

    body.append(Growing(col_offset=0))
    assert refused(ast.Module(body, [])) == 'RuntimeError: Module field "body" changed size during iteration'


def test_deep_trees_are_refused():
    cycle = ast.UnaryOp(ast.Not(), None, **AT)
    cycle.operand = cycle
    assert refused(expression(cycle)).startswith("RecursionError: ")


if __name__ == "__main__":
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            test()
