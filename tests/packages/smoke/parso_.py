import parso
from jedi import Script

module = parso.parse("def f(a, *, b=1):\n    return a if b else None\n\nclass C: x = [i for i in y]\n")
assert module.get_code().startswith("def f") and module.children[0].name.value == "f" and [p.name.value for p in module.children[0].get_params()] == ["a", "b"]
grammar = parso.load_grammar()
assert grammar.iter_errors(grammar.parse("x = = 1\n")) and not list(grammar.iter_errors(module))
broken = grammar.parse("def broken(:\n  pass\n")
assert broken.get_code() == "def broken(:\n  pass\n"
names = Script("class A:\n    def method_one(self): pass\n    attribute = 3\n\nA().\n").complete(5, 4)
assert {"method_one", "attribute"} <= {name.name for name in names}
