# Sets without regard to case by locale, names of the old Unicode data, normal forms of texts of a subclass.
# gc stress: every 29 allocations (it makes too many objects for a collection at each)
import re
import unicodedata

both = re.LOCALE | re.IGNORECASE
for pattern, matching, others in (
    (rb"[bc]", b"Bc", b"aA"), (rb"[^bc]", b"aA", b"bBcC"), (rb"[^b-c]", b"aA", b"bBcC"), (rb"[^b]", b"aC", b"bB"),
    (rb"[^\wq]", b" ", b"qQa"), (rb"[ace]", b"aCE", b"bB"), (rb"[^ace]", b"bB", b"AcE"), (rb"(?:a|[^bc])", b"aAd", b"bC"),
):
    for byte in matching:
        assert re.fullmatch(pattern, bytes([byte]), both), (pattern, byte)
    for byte in others:
        assert re.fullmatch(pattern, bytes([byte]), both) is None, (pattern, byte)

assert "\N{TANGUT IDEOGRAPH-17000}" == "\U00017000"
assert unicodedata.lookup("LATIN SMALL LETTER GHA") == "\u01a3"
for name in "LATIN SMALL LETTER GHA", "KEYCAP DIGIT ZERO":
    try:
        unicodedata.ucd_3_2_0.lookup(name)
    except KeyError as error:
        assert error.args == (f"undefined character name '{name}'",)
    else:
        raise AssertionError(name)


class Text(str):
    pass


for form in "NFC", "NFD":
    for text in "", "ascii", "\xe4":
        assert type(unicodedata.normalize(form, Text(text))) is str
