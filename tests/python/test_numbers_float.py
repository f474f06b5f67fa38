# float and complex: conversions, arithmetic, formats, messages.


def message(call):
    try:
        call()
    except Exception as error:
        return type(error).__name__ + ": " + str(error)
    return None


inf = float("inf")
nan = float("nan")


def test_division():
    assert divmod(-7.5, 2) == (-4.0, 0.5) and 7.5 // -2 == -4.0 and 7.5 % -2 == -0.5 and str(0.0 % -2) == "-0.0"
    for call in (lambda: 1.0 / 0, lambda: 1.0 // 0, lambda: 1.0 % 0, lambda: divmod(1.0, 0)):
        assert message(call) == "ZeroDivisionError: division by zero"


def test_power():
    assert 2.0**0.5 == 1.4142135623730951 and (-8.0) ** (1 / 3) == (1.0000000000000002 + 1.7320508075688772j)
    assert nan**0 == 1.0 and 1.0**nan == 1.0 and (-0.0) ** 3 == 0 and str((-0.0) ** 3) == "-0.0" and (-inf) ** 3 == -inf
    assert (-1.0) ** inf == 1.0 and 0.5**inf == 0.0 and 2.0**-inf == 0.0
    assert message(lambda: 0.0**-1) == "ZeroDivisionError: zero to a negative power"
    assert message(lambda: 1e300**2) == "OverflowError: (34, 'Numerical result out of range')"
    assert message(lambda: pow(2.0, 2, 3)) == "TypeError: pow() 3rd argument not allowed unless all arguments are integers"


def test_conversion():
    assert float(" 1_0.5e1 ") == 105.0 and float("-iNf") == -inf and float(b"2") == 2.0 and float("\u0663") == 3.0
    for text in ("", "x", "1__0", "1_", "nan(1)", "1\x00"):
        assert message(lambda: float(text)) == f"ValueError: could not convert string to float: {text!r}"
    assert message(lambda: float([])) == "TypeError: float() argument must be a string or a real number, not 'list'"
    assert message(lambda: int(inf)) == "OverflowError: cannot convert float infinity to integer"
    assert message(lambda: int(nan)) == "ValueError: cannot convert float NaN to integer"
    assert int(1e23) == 99999999999999991611392 and int(1e300) % 10**9 == int(str(int(1e300))[-9:])
    assert (0.1).as_integer_ratio() == (3602879701896397, 36028797018963968) and (1e22).as_integer_ratio() == (10**22, 1)
    assert float.fromhex("0x1.8p1") == 3.0 and (3.0).hex() == "0x1.8000000000000p+1"


def test_rounding():
    assert [round(x) for x in (0.5, 1.5, 2.5, -0.5, -1.5)] == [0, 2, 2, 0, -2] and round(2.675, 2) == 2.67
    assert round(1234.5, -2) == 1200.0 and round(1.5, 400) == 1.5 and round(1.5, -400) == 0.0 and type(round(1.5)) is int
    assert message(lambda: round(1.7e308, -308)) == "OverflowError: rounded value too large to represent"


def test_format():
    assert f"{1234567.891:,.2f}" == "1,234,567.89" and f"{0.25:.0%}" == "25%" and f"{1e10:g}" == "1e+10" and f"{3.0:+010.3f}" == "+00003.000"
    assert f"{255:#X} {255:b} {-5:05d} {12345:_} {65:c} {3:^9.2f}" == "0XFF 11111111 -0005 12,345 A   3.00   ".replace(",", "_")
    assert f"{1+2j:.2f} {1j:} {-3-4j}" == "1.00+2.00j 1j (-3-4j)" and f"{1+2j:>10}" == "    (1+2j)"
    assert message(lambda: format(1.5, "d")) == "ValueError: Unknown format code 'd' for object of type 'float'"
    assert message(lambda: format(5, "s")) == "ValueError: Unknown format code 's' for object of type 'int'"


def test_complex():
    assert complex("1+2j") == 1 + 2j and complex(" ( -j ) ") == -1j and complex(1, 2) == 1 + 2j and complex("1e5") == 1e5
    assert message(lambda: complex("1 + 2j")) == "ValueError: complex() arg is a malformed string"
    assert (1 + 2j) * 2 == 2 + 4j and repr(3.0 - (1 + 0j)) == "(2-0j)" and abs(3 + 4j) == 5.0 and (1 + 2j).conjugate() == 1 - 2j
    assert 1j**2 == -1 and (2 + 3j) ** -2 == (-0.029585798816568046 - 0.07100591715976332j)
    assert repr(complex(inf, 0) * (1 + 1j)) == "(inf+infj)" and repr(-0j) == "(-0-0j)"
    assert hash(1 + 0j) == 1 and 1 + 0j == 1 and 1j != 1 and 2**53 + 1 != complex(2**53)
    assert message(lambda: 1j / 0) == "ZeroDivisionError: division by zero"
    assert message(lambda: 0j**-1) == "ZeroDivisionError: zero to a negative or complex power"
    assert message(lambda: (1e200 + 1e200j) ** 2) == "OverflowError: complex exponentiation"
    assert message(lambda: 1j < 2) == "TypeError: '<' not supported between instances of 'complex' and 'int'"


for name, function in list(globals().items()):
    if name.startswith("test_"):
        function()
