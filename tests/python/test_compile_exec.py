# Code run by exec: globals without __name__, comprehensions, annotations, interactive mode.
ns = {}
exec("type TA1[A] = lambda A: A\ntype Plain = missing", ns)
assert ns["TA1"].__name__ == "TA1" and ns["TA1"].__module__ is None
ns = {}
ns = {}
exec("x = 1\ny = [x for _ in range(2)]\nz = {k: x for k in 'ab'}", ns)
assert ns["y"] == [1, 1] and ns["z"] == {"a": 1, "b": 1}
ns = {}
exec("a = 5\nb = [i + a for i in [1]]", {}, ns)
assert ns["b"] == [6]
exec("n: int = 1\ndel n", ns := {})
assert ns["__annotate__"](1) == {"n": int} and "n" not in ns
assert eval("[v for v in (1, 2) if v > w]", {"w": 1}) == [2]
code = compile("def f():\n  'doc'\n  assert False\n  return __debug__", "<t>", "exec", optimize=2)
exec(code, ns := {})
assert ns["f"]() is False and ns["f"].__doc__ is None
for source, message, line, offset in [
    ("return 1", "'return' outside function", 1, 1),
    ("def f(x, x): pass", "duplicate argument 'x' in function definition", 1, 10),
    ("def f():\n  x = 1\n  global x", "name 'x' is assigned to before global declaration", 3, 3),
    ("def f():\n  nonlocal x", "no binding for nonlocal 'x' found", 2, 3),
    ("for i in x:\n  pass\nbreak", "'break' outside loop", 3, 1),
    ("[(i := 0) for i in x]", "assignment expression cannot rebind comprehension iteration variable 'i'", 1, 3),
    ("try: pass\nexcept: pass\nexcept A: pass", "default 'except:' must be last", 2, 1),
    ("class C:\n  [a := 1 for b in c]", "assignment expression within a comprehension cannot be used in a class body", 2, 4),
]:
    try:
        compile(source, "<t>", "exec")
    except SyntaxError as e:
        assert (e.msg, e.lineno, e.offset) == (message, line, offset), (source, e.msg, e.lineno, e.offset)
    else:
        assert False, source
ns = {}
exec("a = [sorted(k for k in locals() if len(k) == 1) for q in [1]]\nx = [locals()['q'] for q in 'z']", ns)
assert ns["a"] == [["k"]] or ns["x"] == ["z"], ns["a"]
exec("try: [1 / q for q in [0]]\nexcept ZeroDivisionError: pass\nlocals()['made'] = 1", ns)
assert ns["made"] == 1 and "q" not in ns


def namesake(x):
    y = [locals()["x"] for x in [2]]
    return y, x, locals()["x"]


assert namesake(1) == ([2], 1, 1)
for junk in (None, 0, [], frozenset()):  # programs can rebind what annotated code adds to
    try:
        exec("__conditional_annotations__ = junk\nx: int", {"junk": junk})
    except TypeError:
        pass
    else:
        assert False, junk
