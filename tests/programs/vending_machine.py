"""State machines three ways: a table, classes with transitions declared by decorators, and a generator coroutine."""

import enum
from collections import defaultdict


class State(enum.Enum):
    IDLE = "idle"
    PAYING = "paying"
    SERVING = "serving"
    BROKEN = "broken"


class Coin(enum.IntEnum):
    FIVE = 5
    TEN = 10
    TWENTY = 20
    FIFTY = 50

    @classmethod
    def change(cls, amount):
        for coin in sorted(cls, reverse=True):
            while amount >= coin:
                amount -= coin
                yield coin


class Flags(enum.Flag):
    NONE = 0
    COLD = enum.auto()
    SWEET = enum.auto()
    BUBBLES = enum.auto()
    SODA = COLD | SWEET | BUBBLES


def transition(source, event, target):
    def mark(function):
        function.__dict__.setdefault("transitions", []).append((source, event, target))
        return function

    return mark


class Machine:
    table = {}

    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        cls.table = dict(cls.table)
        for name, member in vars(cls).items():
            for source, event, target in getattr(member, "transitions", ()):
                cls.table[source, event] = (name, target)

    def __init__(self, start):
        self.state = start
        self.trace = []
        self.watchers = defaultdict(list)

    def on(self, state, action):
        self.watchers[state].append(action)
        return self

    def send(self, event, *arguments):
        try:
            name, target = self.table[self.state, event]
        except KeyError:
            raise RuntimeError(f"{event!r} makes no sense while {self.state.value}") from None
        outcome = getattr(self, name)(*arguments)
        self.trace.append(f"{self.state.name}-{event}->{target.name}")
        if outcome is not False:
            self.state = target
            for action in self.watchers[target]:
                action(self)
        return outcome


class Vending(Machine):
    prices = {"cola": (45, Flags.SODA), "water": (30, Flags.COLD), "tea": (25, Flags.NONE)}

    def __init__(self, stock):
        super().__init__(State.IDLE)
        self.stock, self.paid, self.choice, self.takings = dict(stock), 0, None, 0

    @transition(State.IDLE, "coin", State.PAYING)
    @transition(State.PAYING, "coin", State.PAYING)
    def take_coin(self, coin):
        self.paid += Coin(coin)

    @transition(State.PAYING, "choose", State.SERVING)
    def choose(self, drink):
        price, _ = self.prices[drink]
        if self.paid < price or not self.stock.get(drink):
            return False
        self.choice = drink
        self.stock[drink] -= 1
        self.paid -= price
        self.takings += price

    @transition(State.SERVING, "taken", State.IDLE)
    @transition(State.PAYING, "cancel", State.IDLE)
    def give_change(self):
        coins, self.paid = [coin.name for coin in Coin.change(self.paid)], 0
        return coins

    @transition(State.IDLE, "kick", State.BROKEN)
    def break_down(self):
        pass


class ServicedVending(Vending):
    @transition(State.BROKEN, "repair", State.IDLE)
    def repair(self):
        self.stock = {drink: max(n, 1) for drink, n in self.stock.items()}


class Light(enum.Enum):
    RED = (30, "stop")
    GREEN = (25, "go")
    AMBER = (5, "wait")

    def __init__(self, seconds, word):
        self.seconds, self.word = seconds, word

    @property
    def next(self):
        members = list(Light)
        return members[(members.index(self) + 1) % len(members)]


def lexer():
    """A coroutine that is sent characters and yields tokens; its place in the code is its state."""
    out, c = [], (yield)
    while c is not None:
        if c.isdigit():
            word = ""
            while c is not None and c.isdigit():
                word, c = word + c, (yield)
            out.append(("number", int(word)))
        elif c == '"':
            word, c = "", (yield)
            while c not in (None, '"'):
                if c == "\\":
                    c = yield
                word, c = word + c, (yield)
            if c is None:
                out.append(("error", "open string"))
                break
            out.append(("string", word))
            c = yield
        elif c.isspace():
            c = yield
        else:
            out.append(("mark", c))
            c = yield
    return out


def lex(text):
    machine = lexer()
    next(machine)
    try:
        for c in [*text, None]:
            machine.send(c)
    except StopIteration as end:
        return end.value


def divisible_by(n, base=10):
    """A finite automaton as a table: states are remainders."""
    table = {(state, str(digit)): (state * base + digit) % n for state in range(n) for digit in range(base)}

    def accepts(text):
        state = 0
        for character in text:
            state = table[state, character]
        return state == 0

    return accepts


def main():
    machine = ServicedVending({"cola": 1, "water": 2}).on(State.SERVING, lambda m: print("   * serving", m.choice))
    machine.on(State.BROKEN, lambda m: print("   * sparks"))
    for event, *arguments in [("choose", "cola"), ("coin", 20), ("choose", "cola"), ("coin", 50), ("choose", "cola"), ("taken",), ("coin", 10),
                              ("cancel",), ("coin", 50), ("choose", "cola"), ("choose", "water"), ("taken",), ("coin", 3), ("kick",), ("coin", 5), ("repair",), ("coin", 5)]:
        try:
            result = machine.send(event, *arguments)
        except (RuntimeError, ValueError) as error:
            result = f"! {error}"
        print(f"{event} {arguments}: {result} [{machine.state}]")
    print(*machine.trace, sep="\n")
    print(machine.stock, machine.takings, len(Vending.table), len(ServicedVending.table), Machine.table)

    light, clock = Light.RED, 0
    for _ in range(5):
        print(f"{clock:>3} s {light.name:<6}{light.word} {light!r}")
        clock, light = clock + light.seconds, light.next
    print(Flags.SODA, Flags.COLD in Flags.SODA, Flags.SODA & ~Flags.SWEET, bool(Flags.NONE), list(Flags.SODA), repr(Flags(3)))
    print(Coin(10) + 5, Coin["FIFTY"], list(map(str, Coin.change(85))), State("idle"), Light.__members__.keys())
    for bad in (lambda: State("gone"), lambda: Coin["ONE"], lambda: setattr(State, "IDLE", 3)):
        try:
            bad()
        except (ValueError, KeyError, AttributeError) as error:
            print(type(error).__name__, error)
    print(lex('12 + "a \\"b\\"" * 345)'), lex('"open'))
    by_seven = divisible_by(7)
    print([n for n in range(100) if by_seven(str(n))], by_seven(str(7**60)), divisible_by(5, 2)("1111"))


main()
