# int: arithmetic of all sizes, conversions, messages. Numbers come from a fixed generator; results are checked against
# each other, so that the same file holds for every interpreter.

state = 12345


def random_bits(bits):
    global state
    value = made = 0
    while made < bits:
        state = (state * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
        value = (value << 32) | (state >> 32)
        made += 32
    return value >> (made - bits)


def number(most):
    bits = random_bits(16) % most
    value = [(1 << bits) - 1, 1 << bits, random_bits(bits), random_bits(bits) << 64][random_bits(2)]
    return -value if random_bits(1) else value


def message(call):
    try:
        call()
    except Exception as error:
        return type(error).__name__ + ": " + str(error)
    return None


def test_arithmetic():
    for _ in range(400):
        a, b = number(400), number(300)
        assert a + b - b == a and a - b == -(b - a) and a * b == b * a
        assert (a + b) * (a - b) == a * a - b * b
        assert (a & b) + (a | b) == a + b and a ^ b == (a | b) - (a & b) and ~a == -a - 1
        if b:
            quotient, remainder = divmod(a, b)
            assert quotient * b + remainder == a and (remainder == 0 or (remainder < 0) == (b < 0)) and abs(remainder) < abs(b)
            assert a // b == quotient and a % b == remainder
        shift = random_bits(8)
        assert a << shift == a * 2**shift and a >> shift == a // 2**shift
        assert int(str(a)) == a == int(hex(a), 16) == int(oct(a), 0) == int(bin(a), 2)
        size = a.bit_length() // 8 + 1
        for order in ("little", "big"):
            assert int.from_bytes(a.to_bytes(size, order, signed=True), order, signed=True) == a
        assert hash(a) == -hash(-a) or -2 in (hash(a), hash(-a))  # no hash is -1
        assert (a < b) == (b > a) == (a - b < 0)


def test_long_operands():
    for bits in (70000, 1100000):
        a, b = random_bits(bits) | 1 << bits, random_bits(bits * 2 // 3) | 1
        quotient, remainder = divmod(a, b)
        assert quotient * b + remainder == a and 0 <= remainder < b
        assert a * b // a == b and a * a // a == a
        prime = (1 << 127) - 1
        assert a * b % prime == (a % prime) * (b % prime) % prime


def test_powers():
    assert 3**200 % 1009 == pow(3, 200, 1009) and pow(3, -1, 7) == 5 and pow(38, -1, 97) * 38 % 97 == 1
    assert pow(2, 10, -7) == -5 and pow(5, 0, 1) == 0 and (-2) ** 3 == -8 and 2**-1 == 0.5 and 0**0 == 1
    assert pow(7, 1 << 70, 1000003) == pow(pow(7, 1 << 35, 1000003), 1 << 35, 1000003)
    assert message(lambda: pow(2, -1, 4)) == "ValueError: base is not invertible for the given modulus"
    assert message(lambda: pow(2, 3, 0)) == "ValueError: pow() 3rd argument cannot be 0"
    assert message(lambda: 0**-1) == "ZeroDivisionError: zero to a negative power"


def test_true_division():
    assert (2**1074 + 1) / 2**1074 == 1.0 and 10**400 / 10**399 == 10.0 and 1 / 3 == 0.3333333333333333
    assert (2**53 + 1) / 1 == 9007199254740992.0 and 1 / 2**1074 == 5e-324 and 1 / 2**1075 == 0.0 and 3 / 2**1075 == 1e-323
    assert message(lambda: 10**400 / 3) == "OverflowError: integer division result too large for a float"
    assert float(2**1024 - 2**970 - 1) == 1.7976931348623157e308
    assert message(lambda: float(2**1024)) == "OverflowError: int too large to convert to float"


def test_comparison_with_floats():
    assert 2**53 + 1 != float(2**53) and 2**53 + 1 > float(2**53) and 2**70 == float(2**70) and hash(2**70) == hash(float(2**70))
    assert 10**400 > 1e308 and -(10**400) < -1e308 and 10**400 < float("inf") and not 1 == float("nan")
    assert 3 < 3.5 < 4 and -3 > -3.5 > -4 and 0 == -0.0


def test_text():
    assert int(" 1_000 ") == 1000 and int("0x_f", 16) == 15 and int("-0b11", 0) == -3 and int("000", 0) == 0 and int("z", 36) == 35
    for text in ("", " ", "1__0", "_1", "1_", "0x", "x", "1 2", "- 1"):
        assert message(lambda: int(text)) == f"ValueError: invalid literal for int() with base 10: {text!r}"
    assert message(lambda: int("012", 0)) == "ValueError: invalid literal for int() with base 0: '012'"
    assert message(lambda: int("1", 1)) == "ValueError: int() base must be >= 2 and <= 36, or 0"
    assert message(lambda: int([])) == "TypeError: int() argument must be a string, a bytes-like object or a real number, not 'list'"
    limit = "ValueError: Exceeds the limit (4300 digits) for integer string conversion"
    rest = "; use sys.set_int_max_str_digits() to increase the limit"
    assert message(lambda: str(10**4300)) == limit + rest
    assert message(lambda: int("1" * 4301)) == limit + ": value has 4301 digits" + rest
    assert len(str(10**4299)) == 4300 and int("1" * 4300) % 9 == 4300 % 9
    assert int("f" * 5000, 16) == 16**5000 - 1 and len(hex(16**5000)) == 5003


def test_subclass():
    class Own(int):
        pass

    x = Own(2**80)
    x.label = "a"
    assert type(x) is Own and x + 0 == 2**80 and type(x + 0) is int and x.label == "a" and type(+x) is int
    assert type(Own.from_bytes(b"\1")) is Own and Own("7") == 7 and Own() == 0 and not Own()
    assert int(True) == 1 and type(True + True) is int and (True & False) is False


def test_rounding():
    assert [round(n, -1) for n in (5, 15, 25, 26, -5, -15)] == [0, 20, 20, 30, 0, -20]
    assert round(12345, -2) == 12300 and round(5, 3) == 5 and round(5, -100) == 0 and round(5, -(10**30)) == 0


def test_shifts():
    assert message(lambda: 1 << -1) == "ValueError: negative shift count"
    assert message(lambda: 1 << 10**30) == "OverflowError: too many digits in integer"
    assert 0 << 10**30 == 0 and -1 >> 10**30 == -1 and 5 >> 10**30 == 0


for name, function in list(globals().items()):
    if name.startswith("test_"):
        function()
