"""decimal on its native module: where the pure one and libmpdec's bindings could part. Runs on CPython 3.14, too."""

import copy
import decimal
import fractions
import pickle
import statistics
import sys
from decimal import *


def raised(kind, function, *arguments):
    try:
        function(*arguments)
    except kind as error:
        return error
    raise AssertionError(f"{kind} expected")


def test_native_module_serves():
    assert decimal.Decimal.__module__ == "decimal"
    import _decimal
    assert _decimal.Decimal is Decimal
    assert decimal.HAVE_THREADS is True and decimal.HAVE_CONTEXTVAR is True
    assert decimal.__version__ == "1.70" and decimal.__libmpdec_version__[0].isdigit()


def test_pure_module_stays():
    import _pydecimal
    assert _pydecimal.Decimal is not Decimal
    assert str(_pydecimal.Decimal("1.1") + 1) == "2.1"


def test_signals():
    with localcontext(Context(prec=5)) as context:
        error = raised(DivisionByZero, lambda: Decimal(1) / 0)
        assert error.args == ([DivisionByZero],) and isinstance(error, ZeroDivisionError)
        assert context.flags[DivisionByZero] and not context.flags[Inexact]
        Decimal(1) / 3
        assert context.flags[Inexact] and context.flags[Rounded]
        context.traps[Inexact] = True
        assert raised(Inexact, lambda: Decimal(1) / 3).args == ([Inexact],)
        assert raised(KeyError, lambda: context.flags[3])
        assert raised(ValueError, context.flags.__delitem__, Inexact)
        context.clear_flags()
        assert context.flags == dict.fromkeys(context.flags, False)
    assert issubclass(Overflow, Inexact) and issubclass(Overflow, Rounded) and issubclass(FloatOperation, TypeError)


def test_contexts():
    before = getcontext()
    with localcontext(prec=3, rounding=ROUND_UP) as inner:
        assert getcontext() is inner and str(Decimal(1) / 3) == "0.334"
    assert getcontext() is before
    for bad in ({"prec": 0}, {"Emin": 1}, {"Emax": -1}, {"capitals": 2}, {"clamp": 2}):
        raised(ValueError, lambda: Context(**bad))
    raised(TypeError, lambda: Context(rounding="x"))
    raised(TypeError, setcontext, 3)
    raised(AttributeError, delattr, Context(), "prec")
    assert repr(Context(prec=6, traps=[])).endswith("flags=[], traps=[])")
    twin = pickle.loads(pickle.dumps(Context(prec=7, traps=[Inexact])))
    assert twin.prec == 7 and twin.traps[Inexact] and not twin.traps[Overflow]
    setcontext(DefaultContext)
    assert getcontext() is not DefaultContext
    setcontext(before)


def test_ints_of_all_sizes():
    with localcontext(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN):
        for size in (0, 1, 63, 64, 65, 127, 128, 1000, 1500, 1600, 3000, 30000):
            for n in (2**size, 2**size - 1, -(3**size), 10**size, 10**size - 1):
                d = Decimal(n)
                assert int(d) == n and d == n and hash(d) == hash(n), (size, n % 10**9)
                assert d.as_integer_ratio() == (n, 1)
    assert int(Decimal("1e40")) == 10**40 and int(Decimal("-7.9")) == -7
    assert round(Decimal("2.5")) == 2 and round(Decimal("-1.25"), 1) == Decimal("-1.2")
    assert Decimal("0.75").as_integer_ratio() == (3, 4)


def test_numbers_of_other_types():
    for f in (0.1, 1e300, 5e-324, -0.0, 2.5, float("inf")):
        assert Decimal(f) == f and Decimal.from_float(f) == f and hash(Decimal(f)) == hash(f) and float(Decimal(f)) == f
    assert str(Decimal(-0.0)) == "-0" and str(Decimal.from_float(-float("inf"))) == "-Infinity"
    assert Decimal("0.5") == fractions.Fraction(1, 2) and Decimal("0.3") < fractions.Fraction(1, 3)
    assert fractions.Fraction(Decimal("1.25")) == fractions.Fraction(5, 4)
    assert Decimal(2) == 2 + 0j and Decimal(2) != 2 + 1j and Decimal(1) != "1"
    assert statistics.mean([Decimal(1), Decimal(2)]) == Decimal("1.5")
    assert sum([Decimal("0.1")] * 10) == 1
    raised(TypeError, lambda: Decimal(1) + 1.5)
    raised(TypeError, lambda: Decimal(1) < 1j)
    with localcontext() as context:
        context.traps[FloatOperation] = True
        raised(FloatOperation, Decimal, 1.5)
        raised(FloatOperation, lambda: Decimal(1) < 1.5)
        assert Decimal(1) != 1.5 and Decimal.from_float(1.5) == Decimal("1.5")


def test_text():
    assert Decimal(" 1_000.5\n") == Decimal("1000.5") and Decimal("\u0661\u0662") == 12
    for bad in ("", "1e", "1e-", "1 2", "1\0", "\u0661x", "--1", "\ud800", "1__e", "e5"):
        raised(InvalidOperation, Decimal, bad)
    raised(InvalidOperation, Context().create_decimal, "1_0")
    assert Decimal((1, (1, 2, 3), -2)) == Decimal("-1.23") and Decimal([0, [5], 1]) == 50
    assert str(Decimal("NaN123")) == "NaN123" and Decimal("-sNaN").as_tuple() == (1, (), "N")
    assert f"{Decimal('1234567.891'):,.2f}|{Decimal('1e5'):>8}|{Decimal('-0.001'):z.1f}|{Decimal(12345):_}" == "1,234,567.89|    1E+5|0.0|12_345"
    assert format(Decimal("1.5"), "\u20ac^7") == "\u20ac\u20ac1.5\u20ac\u20ac" and format(Decimal("3.14"), "n") == "3.14"
    raised(ValueError, format, Decimal(1), "x")
    raised(TypeError, Decimal(1).__format__, 3)
    assert Decimal("123456e4").to_eng_string() == "1.23456E+9"


def test_subclasses_and_copies():
    class Money(Decimal):
        pass

    m = Money("1.5")
    m.note = "x"
    assert type(m + 1) is Decimal and type(Money.from_float(0.5)) is Money and type(Money.from_number(1)) is Money
    assert copy.copy(m) is m and copy.deepcopy(Decimal(1)) == 1
    assert type(Decimal(m)) is Decimal and type(Money(m)) is Money and str(Money("9" * 100)) == "9" * 100
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        d = pickle.loads(pickle.dumps(Decimal("-1.23456789e400"), protocol))
        assert d == Decimal("-1.23456789e400") and type(d) is Decimal
    raised(TypeError, setattr, Decimal, "x", 1)


def test_long_coefficients():
    with localcontext(prec=3000, Emax=MAX_EMAX):
        third = Decimal(1) / 3
        assert len(str(third)) == 3002 and (third * 3).quantize(Decimal("1e-10")) == 1
        root = Decimal(2).sqrt()
        assert abs(root * root - 2) < Decimal("1e-2998")
    with localcontext(prec=60):
        assert abs(Decimal(2).ln().exp() - 2) < Decimal("1e-57")
        assert str(Decimal(10) ** -3) == "0.001" and Decimal(1000).log10() == 3
    assert pow(Decimal(7), 100, 11) == pow(7, 100, 11)


def test_absurd_sizes():
    with localcontext(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN):
        for work in (lambda: Decimal(1) / 3, lambda: Decimal(2).sqrt(), lambda: Decimal(1).logical_invert(), lambda: Decimal("1e999999999999999") + 1,
                     lambda: format(Decimal("1e99999999999999999"), "f")):
            raised(MemoryError, work)
        assert Decimal(1) / 2 == Decimal("0.5")
        assert Decimal("1e999999999999") > 10**30 and hash(Decimal("1e999999999999")) == pow(10, 999999999999, sys.hash_info.modulus)


def test_total_order_and_nan():
    nan, quiet = Decimal("sNaN"), Decimal("NaN")
    raised(InvalidOperation, lambda: nan == 1)
    raised(InvalidOperation, lambda: quiet < 1)
    assert quiet != quiet and hash(quiet) is not None
    raised(TypeError, hash, nan)
    raised(ValueError, int, quiet)
    raised(OverflowError, int, Decimal("Infinity"))
    assert Decimal("1.0").compare_total(Decimal("1.00")) == 1 and Decimal(1).number_class() == "+Normal"


if __name__ == "__main__":
    for name, function in list(globals().items()):
        if name.startswith("test_"):
            function()
    print("ok")
