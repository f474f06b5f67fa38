# pyexpat: events in order, errors with their place, failing handlers, bombs.
from xml.parsers import expat
import xml.etree.ElementTree as tree

events = []
parser = expat.ParserCreate()
parser.StartElementHandler = lambda name, attributes: events.append((name, attributes))
parser.EndElementHandler = lambda name: events.append(name)
parser.CharacterDataHandler = events.append
parser.buffer_text = True
assert parser.Parse('<a x="1">one\ntwo&lt;<b/></a>', True) == 1
assert events == [("a", {"x": "1"}), "one\ntwo<", ("b", {}), "b", "a"], events

try:
    expat.ParserCreate().Parse(b"<a></b>", True)
except expat.ExpatError as error:
    assert (error.code, error.lineno, error.offset) == (7, 1, 5) and str(error) == "mismatched tag: line 1, column 5"
else:
    raise AssertionError("mismatched tag")

parser = expat.ParserCreate()
parser.StartElementHandler = lambda *arguments: 1 / 0
try:
    parser.Parse("<a/>", True)
except ZeroDivisionError:
    pass
else:
    raise AssertionError("the handler's exception was lost")

# A parser for an entity outlives the one that it was made from.
child = expat.ParserCreate().ExternalEntityParserCreate(None)
import gc
gc.collect()
del child
gc.collect()

laughs = '<!DOCTYPE l [<!ENTITY a0 "ha">' + "".join(
    f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 12)) + "]><l>&a11;</l>"
try:
    expat.ParserCreate().Parse(laughs, True)
except expat.ExpatError as error:
    assert "amplification" in str(error), error
else:
    raise AssertionError("a billion laughs")

root = tree.fromstring("<r><a k='v'>t</a>tail<!-- c --></r>")
assert root[0].get("k") == "v" and root[0].tail == "tail" and tree.tostring(root) == b'<r><a k="v">t</a>tail</r>'

names = []
parser = expat.ParserCreate()
parser.StartElementHandler = lambda name, attributes: names.append(attributes)
parser.Parse(b'<?xml version="1.0" encoding="iso-8859-15"?><a x="\xa4"/>', True)
assert names == [{"x": "\u20ac"}]

# Without a dictionary for names, and with one of the caller's.
mine = {}
for intern in (None, mine):
    parser = expat.ParserCreate(intern=intern)
    parser.StartElementHandler = lambda name, attributes: names.append(name)
    parser.Parse("<only/>", True)
    assert names.pop() == "only" and parser.intern is intern
assert mine == {"only": "only"}
