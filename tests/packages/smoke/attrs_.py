import attr
import attrs


@attrs.define(order=True)
class Point:
    x: int = attrs.field(converter=int, validator=attrs.validators.ge(0))
    y: float = attrs.field(default=1.5, kw_only=True)
    tags: list = attrs.Factory(list)


p = Point("3", y=2.0)
assert p == Point(3, y=2.0) and repr(p) == "Point(x=3, y=2.0, tags=[])", p
assert attrs.asdict(p) == {"x": 3, "tags": [], "y": 2.0}
assert attrs.evolve(p, x=9) > p
try:
    Point(-1)
except ValueError as error:
    assert "must be >= 0" in str(error)
else:
    raise AssertionError
try:
    p.z = 3
except AttributeError:
    pass
else:
    raise AssertionError("slots")


@attr.s(frozen=True)
class Old:
    a = attr.ib()
    b = attr.ib(default=attr.Factory(lambda self: self.a + 1, takes_self=True))


assert hash(Old(1)) == hash(Old(1)) and Old(1).b == 2
