"""unicodedata: properties, names, normal forms."""
import unicodedata as u


def fails(kind, message, function, *arguments):
    try:
        function(*arguments)
    except kind as error:
        assert str(error) == message, str(error)
    else:
        raise AssertionError(message)


assert u.normalize("NFD", "e\u0301\u00e9") == "e\u0301e\u0301"
composed = u.normalize("NFC", "e\u0301")
assert composed == "\xe9" and {composed: 1}["\xe9"] == 1 and composed.encode("latin-1") == b"\xe9"
assert u.normalize("NFKC", "\ufb01") == "fi"
assert u.is_normalized("NFC", "\xe9") and not u.is_normalized("NFD", "\xe9")
assert u.name("\u20ac") == "EURO SIGN" and u.name("\0", None) is None
assert u.lookup("EURO SIGN") == "\u20ac"
assert u.category("\uac00") == "Lo" and u.bidirectional("\u05d0") == "R" and u.east_asian_width("\uac00") == "W"
assert u.decomposition("\xa8") == "<compat> 0020 0308" and u.decomposition("a") == ""
assert u.decimal("7") == 7 and u.digit("\xb2") == 2 and u.numeric("\xbd") == 0.5
assert u.mirrored("(") == 1 and u.combining("\u0301") == 230
assert u.ucd_3_2_0.unidata_version == "3.2.0" and u.unidata_version == "16.0.0"
assert u.ucd_3_2_0.category("\U0001f600") == "Cn"
fails(ValueError, "no such name", u.name, "\0")
fails(TypeError, "name(): argument 1 must be a unicode character, not a string of length 2", u.name, "ab")
fails(KeyError, "\"undefined character name 'X'\"", u.lookup, "X")
fails(ValueError, "invalid normalization form", u.normalize, "X", "a")
fails(TypeError, "cannot create 'unicodedata.UCD' instances", u.UCD)
