"""A bank with decimals: accounts, interest, loans, rounding modes, transactions that roll back, a statement."""

from collections import namedtuple
from contextlib import contextmanager
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal, DivisionByZero, Inexact, InvalidOperation, localcontext

CENT = Decimal("0.01")
Entry = namedtuple("Entry", "day text amount balance")


class BankError(Exception):
    """What the customer is told."""


class InsufficientFunds(BankError):
    def __init__(self, account, wanted):
        super().__init__(f"{account.owner} has {account.balance}, not {wanted}")
        self.missing = wanted - account.balance


class Account:
    rate = Decimal("0")
    overdraft = Decimal("0")

    def __init__(self, owner, opening="0"):
        self.owner = owner
        self.entries = []
        self.balance = Decimal("0.00")
        if Decimal(opening):
            self.post(0, "opening", opening)

    def post(self, day, text, amount):
        amount = Decimal(amount).quantize(CENT, ROUND_HALF_EVEN)
        if self.balance + amount < -self.overdraft:
            raise InsufficientFunds(self, -amount)
        self.balance += amount
        self.entries.append(Entry(day, text, amount, self.balance))

    def accrue(self, day):
        interest = self.balance * self.rate / 365
        if interest.quantize(CENT):
            self.post(day, "interest", interest)

    def statement(self):
        yield f"{type(self).__name__} of {self.owner}"
        for entry in self.entries:
            yield f"{entry.day:>5} {entry.text:<12}{entry.amount:>+14,}{entry.balance:>14,}"


class Savings(Account):
    rate = Decimal("0.0375")


class Current(Account):
    rate = Decimal("0")
    overdraft = Decimal("500")


class Bank:
    def __init__(self):
        self.accounts = {}

    def open(self, kind, owner, opening="0"):
        if owner in self.accounts:
            raise BankError(f"{owner} has an account")
        self.accounts[owner] = kind(owner, opening)
        return self.accounts[owner]

    @contextmanager
    def transaction(self):
        saved = {owner: (account.balance, len(account.entries)) for owner, account in self.accounts.items()}
        try:
            yield self
        except BankError:
            for owner, (balance, length) in saved.items():
                account = self.accounts[owner]
                account.balance = balance
                del account.entries[length:]
            raise

    def transfer(self, day, source, target, amount):
        with self.transaction():
            self.accounts[target].post(day, f"from {source}", Decimal(amount))
            self.accounts[source].post(day, f"to {target}", -Decimal(amount))

    def total(self):
        return sum((account.balance for account in self.accounts.values()), Decimal())


def loan_plan(principal, yearly, months):
    principal, monthly = Decimal(principal), Decimal(yearly) / 12
    growth = (1 + monthly) ** months
    payment = (principal * monthly * growth / (growth - 1)).quantize(CENT, ROUND_CEILING)
    left = principal
    for month in range(1, months + 1):
        interest = (left * monthly).quantize(CENT, ROUND_HALF_UP)
        paid = min(payment, left + interest)
        left -= paid - interest
        yield month, paid, interest, left


def split(amount, shares):
    """Shares that add up exactly: the largest remainders get the cents that are left."""
    amount, total = Decimal(amount), sum(shares)
    exact = [amount * share / total for share in shares]
    out = [value.quantize(CENT, ROUND_DOWN) for value in exact]
    left = int((amount - sum(out)) / CENT)
    for i in sorted(range(len(out)), key=lambda i: (out[i] - exact[i], i))[:left]:
        out[i] += CENT
    return out


def attempt(action):
    try:
        return action()
    except (BankError, InvalidOperation, DivisionByZero, Inexact) as error:
        return f"! {type(error).__name__}: {error}" if isinstance(error, BankError) else f"! {type(error).__name__}"


def main():
    bank = Bank()
    ann, bob = bank.open(Savings, "ann", "10000"), bank.open(Current, "bob", "120.505")
    bank.open(Account, "eve")
    print(attempt(lambda: bank.open(Account, "ann")))
    for day in range(1, 31):
        ann.accrue(day)
        if day % 10 == 0:
            print(day, attempt(lambda: bank.transfer(day, "bob", "eve", "250.25")), bank.total())
    print(attempt(lambda: bank.transfer(31, "eve", "bob", "1e6")))
    for account in bank.accounts.values():
        lines = list(account.statement())
        print(*(lines if len(lines) < 8 else lines[:4] + ["   ..."] + lines[-2:]), sep="\n")

    plan = list(loan_plan("25000", "0.0499", 36))
    for month, paid, interest, left in plan[:3] + plan[-2:]:
        print(f"{month:>3} {paid:>10} {interest:>8} {left:>12,}")
    print("interest in all", sum(row[2] for row in plan), "paid", sum(row[1] for row in plan))
    print(split("100", [1, 1, 1]), split("0.05", [3, 2, 2]), sum(split("99.99", range(1, 8))))

    third = Decimal(1) / 3
    print(third, Decimal("1.10") + Decimal("2.2"), Decimal("1E+3").normalize(), Decimal("-0.00"), Decimal(0.1))
    with localcontext() as context:
        context.prec = 50
        print(Decimal(2).sqrt(), Decimal(1).exp(), Decimal(10).ln(), sep="\n")
    with localcontext(prec=6, rounding=ROUND_DOWN):
        print(Decimal(2) / 3, +Decimal("123456789"), Decimal("1e-8") * 3)
    strict = Context(prec=5, traps=[Inexact, DivisionByZero, InvalidOperation])
    print(attempt(lambda: strict.divide(Decimal(1), Decimal(3))), strict.divide(Decimal(1), Decimal(4)))
    print(attempt(lambda: Decimal("abc")), attempt(lambda: Decimal(1) / 0), attempt(lambda: Decimal("inf") - Decimal("inf")))
    for mode in (ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_CEILING, ROUND_DOWN):
        print(mode, [str(Decimal(text).quantize(Decimal("1"), mode)) for text in ("2.5", "3.5", "-2.5", "2.51", "-0.1")])
    print(Decimal("3.14159").as_tuple(), divmod(Decimal("-7.5"), 2), Decimal("7") // 2, Decimal("1.5").as_integer_ratio(), hash(Decimal("2")) == hash(2))
    print(f"{Decimal('1234567.891'):,.1f} {Decimal('0.000123'):e} {Decimal('12'):>8} {Decimal('0.256'):.0%} {max(Decimal('1.5'), 1, Decimal('NaN').is_nan())}")
    print(Decimal("1.0") == Decimal("1.00"), Decimal("1.0").compare_total(Decimal("1.00")), Decimal("NaN") == Decimal("NaN"), sorted([Decimal("2"), Decimal("-1"), 0]))


main()
