import pyparsing as pp

number = pp.pyparsing_common.number
expression = pp.infix_notation(number, [("-", 1, pp.OpAssoc.RIGHT), (pp.one_of("* /"), 2, pp.OpAssoc.LEFT), (pp.one_of("+ -"), 2, pp.OpAssoc.LEFT)])
assert expression.parse_string("1 + 2 * -3", parse_all=True).as_list() == [[1, "+", [2, "*", ["-", 3]]]]
setting = pp.Group(pp.Word(pp.alphas)("key") + pp.Suppress("=") + (pp.QuotedString('"') | number)("value"))
found = pp.OneOrMore(setting).parse_string('a = 1 b = "two words"')
assert [(item.key, item["value"]) for item in found] == [("a", 1), ("b", "two words")]
try:
    expression.parse_string("1 + + 2", parse_all=True)
except pp.ParseException as error:
    assert error.loc == 2 or error.column
else:
    raise AssertionError
assert pp.nested_expr().parse_string("(a (b c) d)").as_list() == [["a", ["b", "c"], "d"]]
