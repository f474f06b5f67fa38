# Formatting: format(), str.format, f-strings and the operator % of str.
#
# Each case is an expression and the repr of its value, or the exception with its message, as CPython 3.14 has them.


class Index:
    def __init__(self, n):
        self.n = n

    def __index__(self):
        return self.n


class SubStr(str):
    pass


class WithStr:
    def __str__(self):
        return "with"


class BadStr:
    def __str__(self):
        return 1

    def __repr__(self):
        return b"x"


class Lookup:
    def __getitem__(self, key):
        if key == 97:
            return "bc"
        raise LookupError


class WithFormat:
    def __format__(self, spec):
        return f"<{spec}>"


class BadFormat:
    def __format__(self, spec):
        return 1


class Attr:
    c = "attribute"


class WithInt:
    def __int__(self):
        return 42


class Missing(dict):
    def __missing__(self, key):
        return f"no {key}"


CASES = [
    ("format('abc','')", "'abc'"),
    ("format('abc','5')", "'abc  '"),
    ("format('abc','<5')", "'abc  '"),
    ("format('abc','^5')", "' abc '"),
    ("format('abc','>5')", "'  abc'"),
    ("format('abc','*^7')", "'**abc**'"),
    ("format('abc','05')", "'abc00'"),
    ("format('abc','=5')", "ValueError: '=' alignment not allowed in string format specifier"),
    ("format('abc','+')", 'ValueError: Sign not allowed in string format specifier'),
    ("format('abc','-')", 'ValueError: Sign not allowed in string format specifier'),
    ("format('abc',' ')", 'ValueError: Space not allowed in string format specifier'),
    ("format('abc','.2')", "'ab'"),
    ("format('abc','5.1')", "'a    '"),
    ("format('abc','s')", "'abc'"),
    ("format('abc','10s')", "'abc       '"),
    ("format('abc','d')", "ValueError: Unknown format code 'd' for object of type 'str'"),
    ("format('abc','x')", "ValueError: Unknown format code 'x' for object of type 'str'"),
    ("format('abc','#')", 'ValueError: Alternate form (#) not allowed in string format specifier'),
    ("format('abc','z')", 'ValueError: Negative zero coercion (z) not allowed in string format specifier'),
    ("format('abc',',')", "ValueError: Cannot specify ',' with 's'."),
    ("format('abc','_')", "ValueError: Cannot specify '_' with 's'."),
    ("format('abc','\\u1234<4')", "'abc\u1234'"),
    ("format('abc','.')", 'ValueError: Format specifier missing precision'),
    ("format('abc','5.')", 'ValueError: Format specifier missing precision'),
    ("format('abc','\xe9^6s')", "'\xe9abc\xe9\xe9'"),
    ("format('abc','1000000000000000000000')", 'ValueError: Too many decimal digits in format string'),
    ("format('abc','0<5')", "'abc00'"),
    ("format('abc','{}')", "ValueError: Invalid format specifier '{}' for object of type 'str'"),
    ("format('','')", "''"),
    ("format('','5')", "'     '"),
    ("format('','<5')", "'     '"),
    ("format('','^5')", "'     '"),
    ("format('','>5')", "'     '"),
    ("format('','*^7')", "'*******'"),
    ("format('','05')", "'00000'"),
    ("format('','=5')", "ValueError: '=' alignment not allowed in string format specifier"),
    ("format('','+')", 'ValueError: Sign not allowed in string format specifier'),
    ("format('','-')", 'ValueError: Sign not allowed in string format specifier'),
    ("format('',' ')", 'ValueError: Space not allowed in string format specifier'),
    ("format('','.2')", "''"),
    ("format('','5.1')", "'     '"),
    ("format('','s')", "''"),
    ("format('','10s')", "'          '"),
    ("format('','d')", "ValueError: Unknown format code 'd' for object of type 'str'"),
    ("format('','x')", "ValueError: Unknown format code 'x' for object of type 'str'"),
    ("format('','#')", 'ValueError: Alternate form (#) not allowed in string format specifier'),
    ("format('','z')", 'ValueError: Negative zero coercion (z) not allowed in string format specifier'),
    ("format('',',')", "ValueError: Cannot specify ',' with 's'."),
    ("format('','_')", "ValueError: Cannot specify '_' with 's'."),
    ("format('','\\u1234<4')", "'\u1234\u1234\u1234\u1234'"),
    ("format('','.')", 'ValueError: Format specifier missing precision'),
    ("format('','5.')", 'ValueError: Format specifier missing precision'),
    ("format('','\xe9^6s')", "'\xe9\xe9\xe9\xe9\xe9\xe9'"),
    ("format('','1000000000000000000000')", 'ValueError: Too many decimal digits in format string'),
    ("format('','0<5')", "'00000'"),
    ("format('','{}')", "ValueError: Invalid format specifier '{}' for object of type 'str'"),
    ("format('\\u1234b','')", "'\u1234b'"),
    ("format('\\u1234b','5')", "'\u1234b   '"),
    ("format('\\u1234b','<5')", "'\u1234b   '"),
    ("format('\\u1234b','^5')", "' \u1234b  '"),
    ("format('\\u1234b','>5')", "'   \u1234b'"),
    ("format('\\u1234b','*^7')", "'**\u1234b***'"),
    ("format('\\u1234b','05')", "'\u1234b000'"),
    ("format('\\u1234b','=5')", "ValueError: '=' alignment not allowed in string format specifier"),
    ("format('\\u1234b','+')", 'ValueError: Sign not allowed in string format specifier'),
    ("format('\\u1234b','-')", 'ValueError: Sign not allowed in string format specifier'),
    ("format('\\u1234b',' ')", 'ValueError: Space not allowed in string format specifier'),
    ("format('\\u1234b','.2')", "'\u1234b'"),
    ("format('\\u1234b','5.1')", "'\u1234    '"),
    ("format('\\u1234b','s')", "'\u1234b'"),
    ("format('\\u1234b','10s')", "'\u1234b        '"),
    ("format('\\u1234b','d')", "ValueError: Unknown format code 'd' for object of type 'str'"),
    ("format('\\u1234b','x')", "ValueError: Unknown format code 'x' for object of type 'str'"),
    ("format('\\u1234b','#')", 'ValueError: Alternate form (#) not allowed in string format specifier'),
    ("format('\\u1234b','z')", 'ValueError: Negative zero coercion (z) not allowed in string format specifier'),
    ("format('\\u1234b',',')", "ValueError: Cannot specify ',' with 's'."),
    ("format('\\u1234b','_')", "ValueError: Cannot specify '_' with 's'."),
    ("format('\\u1234b','\\u1234<4')", "'\u1234b\u1234\u1234'"),
    ("format('\\u1234b','.')", 'ValueError: Format specifier missing precision'),
    ("format('\\u1234b','5.')", 'ValueError: Format specifier missing precision'),
    ("format('\\u1234b','\xe9^6s')", "'\xe9\xe9\u1234b\xe9\xe9'"),
    ("format('\\u1234b','1000000000000000000000')", 'ValueError: Too many decimal digits in format string'),
    ("format('\\u1234b','0<5')", "'\u1234b000'"),
    ("format('\\u1234b','{}')", "ValueError: Invalid format specifier '{}' for object of type 'str'"),
    ("'{}'.format(1)", "'1'"),
    ("'{}{}'.format(1,2)", "'12'"),
    ("'{0}{1}{0}'.format(1,2)", "'121'"),
    ("'{a}'.format(a=1)", "'1'"),
    ("'{'.format(1)", "ValueError: Single '{' encountered in format string"),
    ("'}'.format(1)", "ValueError: Single '}' encountered in format string"),
    ("'{}}'.format(1)", "ValueError: Single '}' encountered in format string"),
    ("'{{}}'.format(1)", "'{}'"),
    ("'{{{}}}'.format(1)", "'{1}'"),
    ("'{!r}'.format('a')", '"\'a\'"'),
    ("'{!s}'.format('a')", "'a'"),
    ("'{!a}'.format('\xe9')", '"\'\\\\xe9\'"'),
    ("'{!x}'.format(1)", 'ValueError: Unknown conversion specifier x'),
    ("'{!}'.format(1)", "ValueError: unmatched '{' in format spec"),
    ("'{!r:>5}'.format('a')", '"  \'a\'"'),
    ("'{!r:x}'.format(1)", "ValueError: Unknown format code 'x' for object of type 'str'"),
    ("'{!rx}'.format(1)", "ValueError: expected ':' after conversion specifier"),
    ("'{:>5}'.format('a')", "'    a'"),
    ("'{:>{}}'.format('a',5)", "'    a'"),
    ("'{:{}{}}'.format('a','>',5)", "'    a'"),
    ("'{:{{}}}'.format('a')", "ValueError: Invalid format specifier '{}' for object of type 'str'"),
    ("'{:{:{}}}'.format(1,2,3)", 'ValueError: Max string recursion exceeded'),
    ("'{0.real}'.format(1)", "'1'"),
    ("'{0.nosuch}'.format(1)", "AttributeError: 'int' object has no attribute 'nosuch'"),
    ("'{0[0]}'.format('ab')", "'a'"),
    ("'{0[a]}'.format({'a':1})", "'1'"),
    ("'{0[-1]}'.format({'-1':1})", "'1'"),
    ("'{0[0]}'.format([5])", "'5'"),
    ("'{0[5]}'.format([5])", 'IndexError: list index out of range'),
    ("'{0[}'.format(1)", "ValueError: expected '}' before end of string"),
    ("'{0.}'.format(1)", 'ValueError: Empty attribute in format string'),
    ("'{0[]}'.format(1)", 'ValueError: Empty attribute in format string'),
    ("'{0[a]b}'.format({'a':1})", "ValueError: Only '.' or '[' may follow ']' in format field specifier"),
    ("'{}{0}'.format(1)", 'ValueError: cannot switch from automatic field numbering to manual field specification'),
    ("'{0}{}'.format(1)", 'ValueError: cannot switch from manual field specification to automatic field numbering'),
    ("'{5}'.format(1)", 'IndexError: Replacement index 5 out of range for positional args tuple'),
    ("'{a}'.format()", "KeyError: 'a'"),
    ("'{a.b}'.format(a=1)", "AttributeError: 'int' object has no attribute 'b'"),
    ("'{99999999999999999999}'.format(1)", 'ValueError: Too many decimal digits in format string'),
    ("'{:d}'.format('a')", "ValueError: Unknown format code 'd' for object of type 'str'"),
    ("'{:s}'.format(1)", "ValueError: Unknown format code 's' for object of type 'int'"),
    ("'{:5}'.format(None)", 'TypeError: unsupported format string passed to NoneType.__format__'),
    ("'{:5}'.format([])", 'TypeError: unsupported format string passed to list.__format__'),
    ("'{}'.format([])", "'[]'"),
    ("'{}'.format(WithFormat())", "'<>'"),
    ("'{:abc}'.format(WithFormat())", "'<abc>'"),
    ("'{}'.format(BadFormat())", 'TypeError: __format__ must return a str, not int'),
    ("'{0[a][b].c}'.format({'a':{'b':Attr()}})", "'attribute'"),
    ("'x{0}y{0}z'.format('\\u1234')", "'x\u1234y\u1234z'"),
    ("'{a}{b}'.format(**{'a':1,'b':2})", "'12'"),
    ("'{ }'.format(1)", "KeyError: ' '"),
    ("'{ a}'.format(**{' a':1})", "'1'"),
    ("'{a!r}'.format(a='x')", '"\'x\'"'),
    ("'{:'.format(1)", "ValueError: unmatched '{' in format spec"),
    ("'{0'.format(1)", "ValueError: expected '}' before end of string"),
    ("'{0!'.format(1)", 'ValueError: end of string while looking for conversion specifier'),
    ("'{0!r'.format(1)", "ValueError: unmatched '{' in format spec"),
    ("'{0:{'.format(1)", "ValueError: unmatched '{' in format spec"),
    ("'{0:}}'.format(1)", "ValueError: Single '}' encountered in format string"),
    ("''.format(1)", "''"),
    ("'abc'.format()", "'abc'"),
    ("'{:,}'.format(1234567)", "'1,234,567'"),
    ("'{:_}'.format(1234567)", "'1_234_567'"),
    ("'{:e}'.format(1.5)", "'1.500000e+00'"),
    ("'{:%}'.format(0.5)", "'50.000000%'"),
    ("'{:x}'.format(255)", "'ff'"),
    ("'{:#b}'.format(5)", "'0b101'"),
    ("'{:c}'.format(97)", "'a'"),
    ("'{:.3f}'.format(2.0)", "'2.000'"),
    ("'{:>10.2f}'.format(3.14159)", "'      3.14'"),
    ("'{:+}'.format(5)", "'+5'"),
    ("'{:010}'.format(-5)", "'-000000005'"),
    ("'{:n}'.format(5)", "'5'"),
    ("'{!r}'.format(SubStr('a'))", '"\'a\'"'),
    ("'{}'.format(SubStr('a'))", "'a'"),
    ("'{}'.format(True)", "'True'"),
    ("'{:5}'.format(True)", "'    1'"),
    ("'{:>5}'.format(True)", "'    1'"),
    ("'{\\u0661}'.format(1,2)", "'2'"),
    ("'{a}'.format_map({'a':1})", "'1'"),
    ("'{a}'.format_map(Missing())", "'no a'"),
    ("'{}'.format_map({})", 'ValueError: Format string contains positional fields'),
    ("'{0}'.format_map({})", 'ValueError: Format string contains positional fields'),
    ("'{a}'.format_map(1)", "TypeError: 'int' object is not subscriptable"),
    ("'{a}'.format_map({})", "KeyError: 'a'"),
    ('f\'{1}{"a":>5}{1.5!r:^10}\'', "'1    a   1.5    '"),
    ("f'{None}'", "'None'"),
    ("f'{1=}'", "'1=1'"),
    ("f'{5:{3}}'", "'  5'"),
    ("'%s' % 1", "'1'"),
    ("'%s' % 'a'", "'a'"),
    ("'%s' % ('a',)", "'a'"),
    ("'%s %s' % 'a'", 'TypeError: not enough arguments for format string'),
    ("'%s' % ('a','b')", 'TypeError: not all arguments converted during string formatting'),
    ("'%d' % 1.9", "'1'"),
    ("'%d' % 'a'", 'TypeError: %d format: a real number is required, not str'),
    ("'%i' % -3", "'-3'"),
    ("'%u' % 3", "'3'"),
    ("'%x' % 255", "'ff'"),
    ("'%X' % 255", "'FF'"),
    ("'%o' % 8", "'10'"),
    ("'%#x' % 255", "'0xff'"),
    ("'%#X' % 255", "'0XFF'"),
    ("'%#o' % 8", "'0o10'"),
    ("'%x' % -255", "'-ff'"),
    ("'%x' % 1.5", 'TypeError: %x format: an integer is required, not float'),
    ("'%x' % 'a'", 'TypeError: %x format: an integer is required, not str'),
    ("'%5d|' % 3", "'    3|'"),
    ("'%-5d|' % 3", "'3    |'"),
    ("'%05d' % 3", "'00003'"),
    ("'%05d' % -3", "'-0003'"),
    ("'%+d' % 3", "'+3'"),
    ("'% d' % 3", "' 3'"),
    ("'%+ d' % 3", "'+3'"),
    ("'%.3d' % 5", "'005'"),
    ("'%8.3d' % -5", "'    -005'"),
    ("'%#10x' % 255", "'      0xff'"),
    ("'%#010x' % 255", "'0x000000ff'"),
    ("'%-#10x|' % 255", "'0xff      |'"),
    ("'%+#10x' % 255", "'     +0xff'"),
    ("'%f' % 1.5", "'1.500000'"),
    ("'%.2f' % 2.345", "'2.35'"),
    ("'%e' % 12345.678", "'1.234568e+04'"),
    ("'%g' % 1e20", "'1e+20'"),
    ("'%g' % 0.0001", "'0.0001'"),
    ("'%#g' % 3.0", "'3.00000'"),
    ("'%G' % 1e-10", "'1E-10'"),
    ("'%E' % 1.5", "'1.500000E+00'"),
    ("'%F' % float('inf')", "'INF'"),
    ("'%f' % float('nan')", "'nan'"),
    ("'%05f' % float('inf')", "'00inf'"),
    ("'%10.3f|' % -1.5", "'    -1.500|'"),
    ("'%-10.3f|' % 1.5", "'1.500     |'"),
    ("'%010.3f' % -1.5", "'-00001.500'"),
    ("'%+.1e' % 0.05", "'+5.0e-02'"),
    ("'%c' % 97", "'a'"),
    ("'%c' % 'x'", "'x'"),
    ("'%c' % 'xy'", 'TypeError: %c requires an int or a unicode character, not a string of length 2'),
    ("'%c' % -1", 'OverflowError: %c arg not in range(0x110000)'),
    ("'%c' % 0x110000", 'OverflowError: %c arg not in range(0x110000)'),
    ("'%c' % 1.5", 'TypeError: %c requires an int or a unicode character, not float'),
    ("'%5c|' % 'x'", "'    x|'"),
    ("'%r' % 'a'", '"\'a\'"'),
    ("'%a' % '\xe9'", '"\'\\\\xe9\'"'),
    ("'%.2s' % 'abc'", "'ab'"),
    ("'%5.2s|' % 'abc'", "'   ab|'"),
    ("'%-5s|' % 'a'", "'a    |'"),
    ("'%05s' % 'a'", "'    a'"),
    ("'%%' % ()", "'%'"),
    ("'%%%s%%' % 1", "'%1%'"),
    ("'%' % ()", 'ValueError: incomplete format'),
    ("'%z' % 1", "ValueError: unsupported format character 'z' (0x7a) at index 1"),
    ("'%(a)s' % {'a':1}", "'1'"),
    ("'%(a)s' % 1", 'TypeError: format requires a mapping'),
    ("'%(a)s' % {}", "KeyError: 'a'"),
    ("'%(a' % {}", 'ValueError: incomplete format key'),
    ("'%(a)' % {'a':1}", 'ValueError: incomplete format'),
    ("'%(a(b))d' % {'a(b)':1}", "'1'"),
    ("'%(a)s %(b)s' % {'a':1,'b':2}", "'1 2'"),
    ("'%*d' % (5,3)", "'    3'"),
    ("'%-*d|' % (5,3)", "'3    |'"),
    ("'%*d|' % (-5,3)", "'3    |'"),
    ("'%.*f' % (2,1.5)", "'1.50'"),
    ("'%*d' % ('a',3)", 'TypeError: * wants int'),
    ("'%*d' % (3,)", 'TypeError: not enough arguments for format string'),
    ("'%ld' % 3", "'3'"),
    ("'%lld' % 3", "ValueError: unsupported format character 'l' (0x6c) at index 2"),
    ("'%5%' % ()", 'TypeError: not enough arguments for format string'),
    ("'x' % 1", 'TypeError: not all arguments converted during string formatting'),
    ("'x' % {'a':1}", "'x'"),
    ("'x' % [1]", "'x'"),
    ("'x' % ()", "'x'"),
    ("'%s' % ()", 'TypeError: not enough arguments for format string'),
    ("'%s' % [1,2]", "'[1, 2]'"),
    ("'%s' % {'a':1}", '"{\'a\': 1}"'),
    ("'%d' % True", "'1'"),
    ("'%d' % Index(5)", "'5'"),
    ("'%x' % Index(255)", "'ff'"),
    ("'%s' % None", "'None'"),
    ("'%d' % None", 'TypeError: %d format: a real number is required, not NoneType'),
    ("'%f' % None", 'TypeError: must be real number, not NoneType'),
    ("'%f' % 'a'", 'TypeError: must be real number, not str'),
    ("'%.0f' % 0.5", "'0'"),
    ("'%.0f' % 1.5", "'2'"),
    ("'%.50f' % 0.1", "'0.10000000000000000555111512312578270211815834045410'"),
    ("'%d' % 10**50", "'100000000000000000000000000000000000000000000000000'"),
    ("'%x' % 10**30", "'c9f2c9cd04674edea40000000'"),
    ("'%.60d' % 10**50", "'000000000100000000000000000000000000000000000000000000000000'"),
    ("'%9999999999999999999999d' % 1", 'ValueError: width too big'),
    ("'%.9999999999999999999999d' % 1", 'ValueError: precision too big'),
    ("'\\u1234%s' % 'a'", "'\u1234a'"),
    ("'%s' % '\\U0001f600'", "'\U0001f600'"),
    ("'%s%%' % 5", "'5%'"),
    ("'%c%c' % ('a',98)", "'ab'"),
    ("'%r %s' % (SubStr('a'),SubStr('b'))", '"\'a\' b"'),
    ("'%s' % WithStr()", "'with'"),
    ("'%d' % WithInt()", "'42'"),
    ("'%x' % WithInt()", 'TypeError: %x format: an integer is required, not WithInt'),
    ("'%-05d|' % 3", "'3    |'"),
    ("'%- 5d|' % 3", "' 3   |'"),
    ("'%#.3x' % 5", "'0x005'"),
    ("'%+x' % -10", "'-a'"),
    ("'%.5x' % -10", "'-0000a'"),
    ("'%\\u1234' % 1", "ValueError: unsupported format character '?' (0x1234) at index 1"),
    ("SubStr('%s') % 1", "'1'"),
    ("'%s' % SubStr('a')", "'a'"),
    ("'' % ()", "''"),
    ("'' % {}", "''"),
    ("'a'.__rmod__('%s')", "'a'"),
    ("'%s'.__rmod__('a')", 'TypeError: not all arguments converted during string formatting'),
    ("'%s' % b'x'", '"b\'x\'"'),
]


def outcome(expression):
    try:
        return repr(eval(expression))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def test_cases():
    wrong = []
    for expression, expected in CASES:
        got = outcome(expression)
        if got != expected:
            wrong.append(f"{expression}\n    got      {got}\n    expected {expected}")
    assert not wrong, f"{len(wrong)} of {len(CASES)} cases:\n" + "\n".join(wrong)
