# How often an operand of and/or is asked for its truth; when code objects are equal.
import ast


class Asked:
    def __init__(self, truth):
        self.truth, self.times = truth, 0

    def __bool__(self):
        self.times += 1
        return self.truth


def test_each_operand_is_asked_once():
    shapes = ("(a and b) or c", "(a or b) and c", "a and b or c and d", "(a or b) and (c or d)", "a or (b and c) or d",
              "((a and b) or c) and d", "a and (b or (c and d))", "(a and (b or c)) or d")
    for shape in shapes:
        for bits in range(16):
            values = [Asked(bool(bits >> i & 1)) for i in range(4)]
            names = dict(zip("abcd", values))
            result = eval(shape, names)
            plain = eval(shape, {name: value.truth for name, value in names.items() if name in "abcd"})
            assert result.truth == plain, (shape, bits)
            assert all(value.times <= 1 for value in values), (shape, bits, [v.times for v in values])
            local = {}
            exec(f"def f(a, b, c, d):\n    x = {shape}\n    return x\ndef g(a, b, c, d):\n    a = {shape}\n    return a", local)
            for name in "fg":
                values = [Asked(bool(bits >> i & 1)) for i in range(4)]
                assert local[name](*values).truth == plain, (shape, bits, name)
                assert all(value.times <= 1 for value in values)


def test_code_is_equal_whatever_its_file():
    source = "def f(x=1):\n    return lambda: (x, 2.0, 'a')\n"
    a, b, c = compile(source, "a", "exec"), compile(ast.parse(source), "b", "exec"), compile(source.replace("2.0", "2"), "a", "exec")
    assert a == b and hash(a) == hash(b) and a != c


def test_negative_zero_is_a_constant_of_its_own():
    assert repr(-0.0j) == "(-0-0j)" and repr([-0j, 0j, -2j]) == "[(-0-0j), 0j, (-0-2j)]"


if __name__ == "__main__":
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            test()
