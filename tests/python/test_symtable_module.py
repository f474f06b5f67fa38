# symtable: the scopes and names of a source.
import symtable


def test_functions_and_classes():
    top = symtable.symtable("def f(a, *b):\n    def g(): return a\n    return g\nclass C:\n    x = f\n", "f", "exec")
    f = top.lookup("f").get_namespace()
    assert f.get_parameters() == ("a", "b") and f.get_locals() == ("a", "b", "g")
    g = f.lookup("g").get_namespace()
    assert g.get_frees() == ("a",) and g.is_nested() and g.get_lineno() == 2
    c = top.lookup("C").get_namespace()
    assert c.get_type() == "class" and c.lookup("f").is_global() and c.lookup("x").is_assigned()


def test_comprehensions_belong_to_their_parents():
    top = symtable.symtable("def f(s):\n    return [lambda: i for i in s], (j for j in s)\n", "f", "exec")
    f = top.get_children()[-1]
    assert [child.get_name() for child in f.get_children()] == ["lambda", "genexpr"]
    assert f.lookup("i").is_comp_cell() and f.lookup("i").is_comp_iter()
    assert "j" not in f.get_identifiers()


def test_type_parameters():
    top = symtable.symtable("def f[T: int](x: T): pass\ntype A[*B] = list[B]\n", "f", "exec")
    kinds = [(child.get_name(), str(child.get_type())) for child in top.get_children()]
    assert kinds == [("f", "type parameters"), ("A", "type parameters")]
    inner = [(child.get_name(), str(child.get_type())) for child in top.get_children()[0].get_children()]
    assert inner == [("T", "type variable"), ("__annotate__", "annotation"), ("f", "function")]
    assert ".defaults" in top.get_children()[0].get_identifiers()


def test_errors():
    for source, kind, wanted in (("x =", "exec", SyntaxError), ("nonlocal x", "exec", SyntaxError), ("x", "what", ValueError),
                                 (3, "exec", TypeError)):
        try:
            symtable.symtable(source, "name", kind)
            raise AssertionError(source)
        except wanted as error:
            assert getattr(error, "filename", "name") == "name"


def test_deep_nesting():
    source = "lambda: " * 80 + "0"
    table, depth = symtable.symtable(source, "f", "eval"), 0
    while table.get_children():
        table, depth = table.get_children()[0], depth + 1
    assert depth == 80


if __name__ == "__main__":
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            test()
