import lark

calculator = lark.Lark(r"""
    ?start: sum
    ?sum: product | sum "+" product -> add | sum "-" product -> sub
    ?product: atom | product "*" atom -> mul | product "/" atom -> div
    ?atom: NUMBER -> number | "-" atom -> neg | "(" sum ")"
    %import common.NUMBER
    %import common.WS
    %ignore WS
""", parser="lalr")


@lark.v_args(inline=True)
class Calculate(lark.Transformer):
    from operator import add, sub, mul, truediv as div, neg
    number = float


assert Calculate().transform(calculator.parse("1 + 2 * (3 - -4) / 2")) == 8.0
try:
    calculator.parse("1 + * 2")
except lark.UnexpectedInput as error:
    assert error.column == 5 and "^" in error.get_context("1 + * 2")
else:
    raise AssertionError
ambiguous = lark.Lark('start: a+\na: "x" | "xx"', parser="earley", ambiguity="explicit")
assert ambiguous.parse("xxx").pretty()
