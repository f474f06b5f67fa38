"""_csv: dialects, the reader's states, quoting on both ways, and Python that re-enters a reader or writer."""
import csv
import io


def raises(kind, message, call, *arguments, **keywords):
    try:
        call(*arguments, **keywords)
    except kind as error:
        assert message is None or str(error) == message, str(error)
    else:
        raise AssertionError(f"{kind} expected")


def read(text, **options):
    return list(csv.reader(io.StringIO(text, newline=""), **options))


def write(row, **options):
    out = io.StringIO()
    csv.writer(out, **options).writerow(row)
    return out.getvalue()


def test_reading():
    assert read('a,"b""c",d\r\n\n"x\ny",') == [["a", 'b"c', "d"], [], ["x\ny", ""]]
    assert read('"a"b,c') == [["ab", "c"]] and read("a\rb") == [["a"], ["b"]]
    raises(csv.Error, "',' expected after '\"'", read, '"a"b,c', strict=True)
    raises(csv.Error, "unexpected end of data", read, '"abc', strict=True)
    assert read('1,,"","2"', quoting=csv.QUOTE_STRINGS) == [[1.0, None, "", "2"]]
    assert read('1,,"","2"', quoting=csv.QUOTE_NOTNULL) == [["1", None, "", "2"]]
    assert read('1,"2"', quoting=csv.QUOTE_NONNUMERIC) == [[1.0, "2"]]
    assert read(" a, b", skipinitialspace=True) == [["a", "b"]]
    assert read("a\\,b,c\\\nd", escapechar="\\") == [["a,b", "c\nd"]]
    assert read('é€,"\U0001F600"') == [["é€", "\U0001F600"]]
    raises(csv.Error, "iterator should return strings, not int (the file should be opened in text mode)",
           lambda: next(csv.reader([1])))


def test_writing():
    assert write([1, 2.5, None, "a,b", 'a"b', "a\nb"]) == '1,2.5,,"a,b","a""b","a\nb"\r\n'
    assert write([""]) == '""\r\n' and write([]) == "\r\n"
    assert write([1, "a", None], quoting=csv.QUOTE_STRINGS) == '1,"a",\r\n'
    assert write(['a"b'], doublequote=False, escapechar="!") == 'a!"b\r\n'
    raises(csv.Error, "need to escape, but no escapechar set", write, ["a,b"], quoting=csv.QUOTE_NONE)
    raises(csv.Error, "single empty field record must be quoted", write, [""], quoting=csv.QUOTE_NONE)
    raises(csv.Error, "iterable expected, not int", write, 1)


def test_dialects():
    csv.register_dialect("mine", delimiter="|")
    assert csv.get_dialect("mine").delimiter == "|" and "mine" in csv.list_dialects()
    csv.unregister_dialect("mine")
    raises(csv.Error, "unknown dialect", csv.get_dialect, "mine")
    raises(TypeError, '"delimiter" must be a unicode character, not a string of length 2', csv.reader, [], delimiter="ab")
    raises(ValueError, "bad delimiter or quotechar value", csv.reader, [], quotechar=",")
    old = csv.field_size_limit(3)
    raises(csv.Error, "field larger than field limit (3)", read, "abcd")
    raises(csv.Error, "field larger than field limit (3)", read, '"ab\ncd"')
    assert csv.field_size_limit(old) == 3


def test_reentry():
    def lines():
        yield '"a\n'
        for inner in reader:
            rows.append(inner)
            break
        yield 'b",c'

    rows = []
    reader = csv.reader(iter(['"x\n', 'y"', "z"]))
    reader2 = csv.reader(lines())
    assert next(reader2) == ["a\nb", "c"] and rows == [["x\ny"]]

    class Field:
        def __str__(self):
            row.clear()
            return "field"

    row = [Field(), Field(), 3]
    assert write(row) == "field\r\n"


for name, test in list(globals().items()):
    if name.startswith("test_"):
        test()
