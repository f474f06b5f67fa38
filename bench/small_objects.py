"""Allocation of small objects: trees, linked lists, tuples, instances with and without slots."""


class Tree:
    __slots__ = ("left", "right")

    def __init__(self, left, right):
        self.left = left
        self.right = right


class Link:
    def __init__(self, value, following):
        self.value = value
        self.following = following


class Vector:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __eq__(self, other):
        return self.x == other.x and self.y == other.y


def make_tree(depth):
    return Tree(None, None) if depth == 0 else Tree(make_tree(depth - 1), make_tree(depth - 1))


def count(tree):
    return 1 if tree.left is None else 1 + count(tree.left) + count(tree.right)


def make_list(length):
    head = None
    for i in range(length):
        head = Link(i, head)
    return head


def reverse(head):
    out = None
    while head is not None:
        out, head = Link(head.value, out), head.following
    return out


def main():
    long_lived = make_tree(14)
    for _ in range(12):
        assert count(make_tree(13)) == 16383
    assert count(long_lived) == 32767
    chain = make_list(150000)
    for _ in range(4):
        chain = reverse(chain)
    assert chain.value == 149999
    position = Vector(0, 0)
    step = Vector(1, 2)
    for _ in range(500000):
        position = position + step
    assert position == Vector(500000, 1000000)
    points = [(i, (i, str(i))) for i in range(250000)]
    assert points[-1] == (249999, (249999, "249999"))


for _ in range(2):
    main()
