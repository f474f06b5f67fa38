"""Method calls on mixed classes: one call site sees many classes."""


class Shape:
    count = 0

    def __init__(self, size):
        self.size = size

    def area(self):
        raise NotImplementedError

    def describe(self):
        return self.area() + self.corners()

    def corners(self):
        return 0


class Square(Shape):
    def area(self):
        return self.size * self.size

    def corners(self):
        return 4


class Rectangle(Square):
    def __init__(self, size, other):
        super().__init__(size)
        self.other = other

    def area(self):
        return self.size * self.other


class Triangle(Shape):
    def area(self):
        return self.size * self.size // 2

    def corners(self):
        return 3


class Circle(Shape):
    def area(self):
        return 3 * self.size * self.size


class Counter:
    def __init__(self):
        self.seen = {}
        self.total = 0

    def add(self, shape):
        self.total += shape.describe()
        self.note(type(shape))
        return self

    def note(self, kind):
        self.seen[kind] = self.seen.get(kind, 0) + 1


def main():
    shapes = [Square(3), Rectangle(2, 5), Triangle(4), Circle(2), Square(1), Triangle(6)]
    counter = Counter()
    for _ in range(110000):
        for shape in shapes:
            counter.add(shape)
    assert counter.total == 110000 * (13 + 14 + 11 + 12 + 5 + 21), counter.total
    assert counter.seen[Square] == 220000 and counter.seen[Circle] == 110000


for _ in range(6):
    main()
