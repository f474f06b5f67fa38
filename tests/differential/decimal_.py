# decimal_.py: _decimal against _pydecimal: operations of both types under generated contexts, with the flags they leave; text, ints, comparison.
# Left out: powers that are not exact (libmpdec's may be off by one in the last digit), and messages.

import _pydecimal as pure
import decimal as native

import harness

UNARY = ("abs", "exp", "ln", "log10", "logb", "logical_invert", "minus", "next_minus", "next_plus", "normalize", "number_class", "plus", "sqrt",
         "to_eng_string", "to_integral_exact", "to_integral_value", "to_sci_string", "copy_abs", "copy_negate", "is_normal", "is_subnormal", "is_signed", "create_decimal")
BINARY = ("add", "compare", "compare_signal", "compare_total", "compare_total_mag", "copy_sign", "divide", "divide_int", "divmod", "logical_and", "logical_or",
          "logical_xor", "max", "max_mag", "min", "min_mag", "multiply", "next_toward", "quantize", "remainder", "remainder_near", "rotate", "same_quantum",
          "scaleb", "shift", "subtract")
ROUNDINGS = ("ROUND_UP", "ROUND_DOWN", "ROUND_CEILING", "ROUND_FLOOR", "ROUND_HALF_UP", "ROUND_HALF_DOWN", "ROUND_HALF_EVEN", "ROUND_05UP")
SIGNALS = ("Clamped", "InvalidOperation", "DivisionByZero", "Inexact", "Overflow", "Rounded", "Subnormal", "Underflow")


def number(r):
    kind = r.random()
    if kind < 0.08:
        return r.choice(("NaN", "sNaN", "-NaN12", "sNaN3", "Infinity", "-Infinity", "0", "-0", "0E+5", "-0E-7", "1", "10", "1E+3"))
    if kind < 0.2:
        return "".join(r.choice("01") for _ in range(r.randint(1, 9)))
    digits = str(r.randint(0, 10 ** r.choice((1, 3, 9, 20, 40, 90))))
    return f"{r.choice(('', '-'))}{digits}E{r.randint(-12, 12) if kind < 0.9 else r.randint(-300, 300)}"


def run(library, settings, name, texts):
    settings = dict(settings, traps=[getattr(library, name) for name in settings["traps"]])
    context = library.Context(**settings, flags=[])
    try:
        result = getattr(context, name)(*(library.Decimal(text) for text in texts))
        shown = tuple(map(str, result)) if isinstance(result, tuple) else str(result)
    except ArithmeticError:
        return "raised"  # which of several trapped signals comes first, and with what flags, differs in CPython's pair, too
    return shown, sorted(name for name in SIGNALS if context.flags[getattr(library, name)])


def both(agree, what, act):
    agree(what, lambda: act(native), lambda: act(pure), loose=True)


def case(r, agree):
    settings = {"prec": r.choice((1, 3, 9, 16, 28, 50)), "rounding": r.choice(ROUNDINGS), "Emin": r.choice((-999999, -99, -383)), "Emax": r.choice((999999, 99, 384)),
                "capitals": r.randint(0, 1), "clamp": r.choice((0, 0, 1)), "traps": r.sample(SIGNALS, r.choice((0, 0, 1, 3)))}
    a, b, c = number(r), number(r), number(r)
    name = r.choice(UNARY)
    both(agree, name, lambda library: run(library, settings, name, (a,)))
    operation = r.choice(BINARY)
    both(agree, operation, lambda library: run(library, settings, operation, (a, b)))
    both(agree, "fma", lambda library: run(library, settings, "fma", (a, b, c)))
    n, small = str(r.randint(0, 9)), str(r.randint(1, 99) / 8)
    both(agree, "power", lambda library: run(library, dict(settings, prec=80, Emin=-999999, Emax=999999, clamp=0, traps=[]), "power", (small, n))[0])
    x, modulus = r.randint(0, 10**9), r.randint(2, 10**9)
    both(agree, "powmod", lambda library: str(pow(library.Decimal(x), 77, library.Decimal(modulus))))
    large = r.choice((1, -1)) * r.getrandbits(r.choice((8, 64, 65, 600, 3000)))
    both(agree, "ints", lambda library: (str(library.Decimal(large)), int(library.Decimal(large)) == large, hash(library.Decimal(large)) == hash(large)))
    f = harness.real(r)
    both(agree, "floats", lambda library: (str(library.Decimal(f)), library.Decimal(f) == f))
    with_exponent = a.replace("sNaN", "NaN")
    both(agree, "conversions", lambda library: tuple(library.Decimal(with_exponent).as_tuple()))
    both(agree, "int", lambda library: int(library.Decimal(a)))
    both(agree, "ratio", lambda library: library.Decimal(b).as_integer_ratio())
    both(agree, "round", lambda library: str(round(library.Decimal(c), int(n))))
    both(agree, "compare", lambda library: (library.Decimal(with_exponent) == library.Decimal(b.replace("sNaN", "NaN")), library.Decimal(a) < library.Decimal(c)))
    spec = r.choice(("", ".3f", ",.2f", "e", ".4E", "g", "%", "+.1f", "012.2f", "*^20", "_>15,", ">8.3g", "z.0f", " ", "20n", "x", "=+9"))
    plain = f"{r.choice(('', '-'))}{r.randint(0, 10**9)}E{r.randint(-9, 6)}"
    both(agree, f"format {spec}", lambda library: format(library.Decimal(plain), spec))
    text = r.choice((a, f" {a}\n", a.replace("E", "e"), a + "x", "1_0.5", "١٢", ".5", "5.", "+" + a, "inf", "nan7", "1e", "", "e1", "0x1"))
    both(agree, "text", lambda library: str(library.Decimal(text)))


if __name__ == "__main__":
    harness.main(case)
