"""An object mapper on metaclasses and descriptors, over tables in memory, with queries that are built by operators."""

from datetime import date


class ValidationError(ValueError):
    pass


class Condition:
    def __init__(self, text, test):
        self.text, self.test = text, test

    def __and__(self, other):
        return Condition(f"({self.text} AND {other.text})", lambda row: self.test(row) and other.test(row))

    def __or__(self, other):
        return Condition(f"({self.text} OR {other.text})", lambda row: self.test(row) or other.test(row))

    def __invert__(self):
        return Condition(f"NOT {self.text}", lambda row: not self.test(row))

    def __bool__(self):
        raise TypeError("use & and | to combine conditions")


class Field:
    kind = object
    created = 0

    def __init__(self, *, default=None, required=False, unique=False):
        self.default, self.required, self.unique = default, required, unique
        Field.created += 1
        self.order = Field.created

    def __set_name__(self, owner, name):
        self.name, self.model = name, owner

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        return instance._values.get(self.name, self.default)

    def __set__(self, instance, value):
        instance._values[self.name] = self.check(value)
        instance._changed.add(self.name)

    def __delete__(self, instance):
        raise AttributeError(f"{self.name} cannot be deleted")

    def check(self, value):
        if value is None:
            if self.required:
                raise ValidationError(f"{self.model.__name__}.{self.name} is required")
            return None
        if not isinstance(value, self.kind) or isinstance(value, bool) and self.kind is int:
            raise ValidationError(f"{self.model.__name__}.{self.name} must be {self.kind.__name__}, not {value!r}")
        return value

    def compare(self, symbol, other, test):
        shown = f"{self.name} {symbol} {other!r}"
        return Condition(shown, lambda row: (value := getattr(row, self.name)) is not None and test(value))

    def __eq__(self, other):
        return self.compare("=", other, lambda value: value == other)

    def __lt__(self, other):
        return self.compare("<", other, lambda value: value < other)

    def __ge__(self, other):
        return self.compare(">=", other, lambda value: value >= other)

    def __mod__(self, part):
        return self.compare("LIKE", part, lambda value: part in value)

    __hash__ = object.__hash__

    def column(self):
        return f"{self.name} {type(self).__name__.upper()}{' NOT NULL' * self.required}{' UNIQUE' * self.unique}"


class Integer(Field):
    kind = int


class Text(Field):
    kind = str

    def __init__(self, size=None, **options):
        super().__init__(**options)
        self.size = size

    def check(self, value):
        value = super().check(value)
        if value is not None and self.size is not None and len(value) > self.size:
            raise ValidationError(f"{self.name} is longer than {self.size}")
        return value


class Day(Field):
    kind = date

    def check(self, value):
        return super().check(date.fromisoformat(value) if isinstance(value, str) else value)


class Reference(Field):
    def __init__(self, target, back=None, **options):
        super().__init__(**options)
        self.kind, self.back = target, back

    def __set_name__(self, owner, name):
        super().__set_name__(owner, name)
        if self.back:
            setattr(self.kind, self.back, property(lambda one: owner.where(Condition(name, lambda row: getattr(row, name) is one))))


class ModelMeta(type):
    registry = {}

    @classmethod
    def __prepare__(meta, name, bases, **options):
        return {"id": Integer()} if not bases else {}

    def __new__(meta, name, bases, space, *, table=None):
        cls = super().__new__(meta, name, bases, space)
        cls._table = table or name.lower() + "s"
        inherited = {key: f for base in reversed(cls.__mro__) for key, f in vars(base).items() if isinstance(f, Field)}
        cls._fields = dict(sorted(inherited.items(), key=lambda item: item[1].order))
        cls._rows = []
        meta.registry[name] = cls
        return cls

    def __init__(cls, name, bases, space, **options):
        super().__init__(name, bases, space)

    def __len__(cls):
        return len(cls._rows)

    def __iter__(cls):
        return iter(cls._rows)

    def __getitem__(cls, key):
        for row in cls._rows:
            if row.id == key:
                return row
        raise KeyError(f"no {cls.__name__} {key}")

    def __call__(cls, **values):
        unknown = values.keys() - cls._fields.keys()
        if unknown:
            raise TypeError(f"{cls.__name__} has no {', '.join(sorted(unknown))}")
        return super().__call__(**values)

    def where(cls, condition):
        return Query(cls, condition)

    def schema(cls):
        return f"CREATE TABLE {cls._table} ({', '.join(f.column() for f in cls._fields.values())})"


class Query:
    def __init__(self, model, condition=None, key=None, count=None):
        self.model, self.condition, self.key, self.count = model, condition, key, count

    def where(self, condition):
        return Query(self.model, self.condition & condition if self.condition is not None else condition, self.key, self.count)

    def order(self, field):
        return Query(self.model, self.condition, field, self.count)

    def limit(self, count):
        return Query(self.model, self.condition, self.key, count)

    def __iter__(self):
        rows = [row for row in self.model if self.condition is None or self.condition.test(row)]
        if self.key is not None:
            rows.sort(key=lambda row: (getattr(row, self.key.name) is None, getattr(row, self.key.name)))
        yield from rows[:self.count]

    def __str__(self):
        parts = [f"SELECT * FROM {self.model._table}", self.condition is not None and f"WHERE {self.condition.text}",
                 self.key is not None and f"ORDER BY {self.key.name}", self.count and f"LIMIT {self.count}"]
        return " ".join(filter(None, parts))


class Model(metaclass=ModelMeta):
    def __init__(self, **values):
        self._values, self._changed = {}, set()
        for name in self._fields:
            if name != "id":
                setattr(self, name, values.get(name, self._fields[name].default))

    def save(self):
        for field in self._fields.values():
            if field.unique and any(field.__get__(row) == field.__get__(self) for row in type(self) if row is not self):
                raise ValidationError(f"{field.name} {field.__get__(self)!r} is taken")
        if self.id is None:
            self.id = len(type(self)) + 1
            type(self)._rows.append(self)
        changed, self._changed = sorted(self._changed), set()
        return changed

    def __repr__(self):
        return f"{type(self).__name__}({', '.join(f'{n}={getattr(self, n)!r}' for n in self._fields if n in self._values)})"


class Author(Model):
    name = Text(12, required=True, unique=True)
    born = Day()


class Book(Model, table="library"):
    title = Text(required=True)
    pages = Integer(default=100)
    author = Reference(Author, back="books")


class Comic(Book):
    colour = Text(default="black")


def attempt(action):
    try:
        print(action())
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        print(f"! {type(error).__name__}: {error}")


for model in ModelMeta.registry.values():
    print(model.schema())
ada, bo = Author(name="Ada", born="1815-12-10"), Author(name="Bo")
print(ada.save(), bo.save(), ada, bo)
for title, pages, author in [("Notes", 60, ada), ("Engines", 320, ada), ("Bees", 210, bo), ("Notes II", None, None)]:
    Book(title=title, pages=pages, author=author).save()
long = (Book.pages >= 200) & ~(Book.title % "ee")
for query in (Book.where(long), Book.where(Book.title % "Notes").order(Book.pages), Book.where((Book.pages < 100) | (Book.author == bo)).order(Book.title).limit(1)):
    print(query, [book.title for book in query])
print([book.title for book in ada.books], len(list(bo.books.where(Book.pages < 5))), len(Book), Book[3].author.name)
Book[1].pages = 61
print(Book[1].save(), Comic(title="Zap"), len(Comic), list(Comic._fields))
for action in (lambda: Author(), lambda: Author(name="x" * 20), lambda: Author(name="Bo").save(), lambda: Author(nme=1), lambda: Book(title=3), lambda: Book(title="t", author="me"),
               lambda: Book[9], lambda: bool(long), lambda: Author(name="q", born="1999-02-30"), lambda: delattr(ada, "name"), lambda: setattr(ada, "born", 5), lambda: setattr(Book[1], "pages", True)):
    attempt(action)
print(type(Author), isinstance(Author, ModelMeta), sorted(ModelMeta.registry), Field.created, Author.name is vars(Author)["name"])
