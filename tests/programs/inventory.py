"""Data classes in earnest: defaults, ordering, frozen, slots, inheritance, replace, post-init checks, conversion."""

from __future__ import annotations

from dataclasses import KW_ONLY, FrozenInstanceError, InitVar, asdict, astuple, dataclass, field, fields, replace
from enum import Enum, auto
from functools import total_ordering
from typing import ClassVar


class Unit(Enum):
    PIECE = auto()
    KILOGRAM = auto()
    LITRE = auto()

    def __str__(self):
        return {Unit.PIECE: "pc", Unit.KILOGRAM: "kg", Unit.LITRE: "l"}[self]


@total_ordering
@dataclass(frozen=True)
class Money:
    cents: int
    currency: str = "EUR"

    def __post_init__(self):
        if not isinstance(self.cents, int):
            raise TypeError("cents must be an int")

    def __add__(self, other: Money) -> Money:
        if self.currency != other.currency:
            raise ValueError(f"cannot add {other.currency} to {self.currency}")
        return Money(self.cents + other.cents, self.currency)

    def __mul__(self, factor):
        return Money(round(self.cents * factor), self.currency)

    __rmul__ = __mul__

    def __lt__(self, other):
        return (self.currency, self.cents) < (other.currency, other.cents)

    def __str__(self):
        return f"{self.cents // 100}.{self.cents % 100:02} {self.currency}"


@dataclass(slots=True, order=True)
class Item:
    sort_key: tuple = field(init=False, repr=False)
    name: str
    price: Money
    _: KW_ONLY
    unit: Unit = Unit.PIECE
    tags: list[str] = field(default_factory=list, compare=False)
    discount: InitVar[float] = 0.0
    created: ClassVar[int] = 0

    def __post_init__(self, discount):
        if not 0 <= discount < 1:
            raise ValueError(f"bad discount {discount}")
        self.price = self.price * (1 - discount)
        self.sort_key = (self.price.cents, self.name)
        Item.created += 1


@dataclass
class Line:
    item: Item
    amount: float

    @property
    def total(self):
        return self.item.price * self.amount


@dataclass
class Document:
    number: int
    lines: list[Line] = field(default_factory=list)
    note: str | None = field(default=None, metadata={"help": "free text"})

    def total(self):
        return sum((line.total for line in self.lines), Money(0))


@dataclass
class Invoice(Document):
    tax: float = 0.2
    paid: bool = field(default=False, compare=False)

    def total(self):
        return super().total() * (1 + self.tax)


@dataclass(eq=False)
class Warehouse:
    stock: dict[str, float] = field(default_factory=dict)
    history: list[tuple[str, float]] = field(default_factory=list, repr=False)

    def move(self, name, amount):
        left = self.stock.get(name, 0) + amount
        if left < 0:
            raise LookupError(f"only {self.stock.get(name, 0):g} of {name} left")
        self.stock[name] = left
        self.history.append((name, amount))

    def fulfil(self, document):
        before = dict(self.stock)
        try:
            for line in document.lines:
                self.move(line.item.name, -line.amount)
        except LookupError:
            self.stock = before
            raise


def attempt(title, action):
    try:
        print(title, "->", action())
    except Exception as error:
        print(title, "-> !", type(error).__name__ + ":", error)


def main():
    apple = Item("apple", Money(35), tags=["fruit"])
    flour = Item("flour", Money(120), unit=Unit.KILOGRAM)
    oil = Item("oil", Money(899), unit=Unit.LITRE, tags=["heavy", "glass"], discount=0.1)
    for item in sorted([oil, flour, apple]):
        print(f"{item.name:<8}{item.price!s:>10} per {item.unit}")
    print(apple)
    print(oil)
    print("created", Item.created, [f.name for f in fields(Item)])

    invoice = Invoice(17, [Line(apple, 12), Line(flour, 2.5), Line(oil, 1)], "to the back door")
    print(invoice.total(), "before tax", Document.total(invoice))
    print(replace(invoice, tax=0.0, lines=[]))
    print(asdict(invoice.lines[1]))
    print(astuple(Money(5)), asdict(replace(Money(5), currency="CHF")))
    print([(f.name, dict(f.metadata)) for f in fields(Invoice) if f.metadata])
    print("equal:", Money(5) == Money(5), hash(Money(5)) == hash(Money(5)), Invoice(1) == Document(1), Invoice(1) == Invoice(1, paid=True))
    print("order:", Money(7) > Money(5), max(Money(3), Money(9), Money(4)), Money(1) >= Money(1))

    warehouse = Warehouse({"apple": 20, "flour": 2})
    attempt("fulfil", lambda: warehouse.fulfil(invoice))
    print(warehouse)
    warehouse.move("flour", 10)
    warehouse.move("oil", 3)
    attempt("fulfil", lambda: warehouse.fulfil(invoice))
    print(warehouse, len(warehouse.history))

    def freeze():
        Money(5).cents = 6

    attempt("freeze", freeze)
    attempt("slots", lambda: setattr(apple, "colour", "red"))
    attempt("type", lambda: Money(1.5))
    attempt("discount", lambda: Item("x", Money(1), discount=2))
    attempt("positional", lambda: Item("x", Money(1), Unit.LITRE))
    attempt("currency", lambda: Money(1) + Money(1, "USD"))
    attempt("match", lambda: [describe(x) for x in (Money(0), Money(500), Line(apple, 0), invoice, 3)])
    print(issubclass(FrozenInstanceError, AttributeError), Money.__match_args__, Invoice.__match_args__)


def describe(thing):
    match thing:
        case Money(0):
            return "nothing"
        case Money(cents, "EUR"):
            return f"{cents} cents"
        case Line(Item(name=name), amount=0):
            return f"no {name}"
        case Invoice(number=n, lines=[first, *rest]):
            return f"invoice {n}: {first.item.name} and {len(rest)} more"
        case _:
            return "?"


main()
