# elementtree_.py: _elementtree against the library's own Element, TreeBuilder and XMLParser.

import copy
import pickle
import xml.etree.ElementTree as native

import harness

pure = harness.pure("xml.etree.ElementTree", "_elementtree")
TAGS = ("a", "b", "c", "{u}a", "x.y", "é")
TEXTS = (None, "", "t", " \n", "<&>", "ü😀", "long text " * 9)
PATHS = ("a", "b", "*", ".//a", "./b", "a/b", "{*}a", "{u}a", ".//*[@k]", "a[1]", "b[@k='1']", ".//c/..", "c")


def tree(r, depth=3):
    """A tree as nested tuples: tag, attributes, text, tail, children."""
    attributes = {r.choice("kmn"): r.choice(("1", "2", "")) for _ in range(r.randint(0, 2))}
    children = [tree(r, depth - 1) for _ in range(r.randint(0, 3))] if depth else []
    return r.choice(TAGS), attributes, r.choice(TEXTS), r.choice(TEXTS), children


def build(module, plan):
    tag, attributes, text, tail, children = plan
    element = module.Element(tag, attributes)
    element.text, element.tail = text, tail
    element.extend([build(module, child) for child in children])
    return element


def shown(element):
    if isinstance(element, (native.Element, pure.Element)):
        return element.tag if isinstance(element.tag, str) else "special", list(element.items()), element.text, element.tail, [shown(e) for e in element]
    if isinstance(element, (list, tuple)):
        return [shown(e) for e in element]
    return element


def change(module, root, steps):
    log = []
    for name, args in steps:
        def one():
            values = [build(module, a) if isinstance(a, tuple) and len(a) == 5 else a for a in args]
            if name == "setslice":
                root[values[0]] = values[1:]
            elif name == "del":
                del root[values[0]]
            elif name == "getslice":
                return shown(root[values[0]])
            elif name == "remove":
                root.remove(root[values[0]] if abs(values[0]) < len(root) else module.Element("none"))
            else:
                return shown(getattr(root, name)(*values))
        log.append(harness.attempt(one))
    return log, shown(root)


def step(r):
    kind = r.randint(0, 8)
    bound = lambda: r.choice((None, -3, -1, 0, 1, 2, 5))
    if kind == 0:
        return "append", [tree(r, 1)]
    if kind == 1:
        return "insert", [r.randint(-4, 4), tree(r, 0)]
    if kind == 2:
        start = r.randint(0, 3)
        return "setslice", [slice(start, start + r.randint(0, 3), None)] + [tree(r, 0) for _ in range(r.randint(0, 3))]
    if kind == 3:
        return "del", [r.choice((slice(bound(), bound(), r.choice((None, 1, 2, -1))), r.randint(-3, 3)))]
    if kind == 4:
        return "getslice", [slice(bound(), bound(), r.choice((None, 2, -1)))]
    if kind == 5:
        return "remove", [r.randint(-3, 3)]
    if kind == 6:
        return "set", [r.choice("kmn"), r.choice(("1", "x"))]
    return r.choice(("get", "findtext")), [r.choice("kmab"), r.choice((None, "other"))]


def looked_at(module, plan, path, tag):
    root = build(module, plan)
    return [harness.attempt(lambda: shown(root.find(path))), harness.attempt(lambda: shown(root.findall(path))),
            harness.attempt(lambda: root.findtext(path, "none")), harness.attempt(lambda: shown(list(root.iterfind(path)))),
            [e.tag for e in root.iter(tag)], list(root.itertext()), module.tostring(root, "unicode")]


def copied(module, plan):
    root = build(module, plan)
    deep, shallow = copy.deepcopy(root), copy.copy(root)
    state = root.__getstate__() if module is native else None
    again = module.Element("other")
    if state:
        again.__setstate__(state)
        pickled = pickle.loads(pickle.dumps(root))
        assert shown(again) == shown(root) == shown(pickled)
    return shown(deep), shown(shallow), len(shallow) == 0 or shallow[0] is root[0], deep.attrib is root.attrib


def document(r, plan):
    text = native.tostring(build(native, plan), "unicode")
    if r.random() < 0.3:  # somewhat broken
        at = r.randint(0, len(text))
        text = text[:at] + r.choice(("", "<", "&x;", "</a>", "<!--c-->", "<?p q?>", "<![CDATA[d]]>", "\0")) + text[at + r.randint(0, 3):]
    return text


def parsed(module, text, cuts, options):
    parser = module.XMLParser(target=module.TreeBuilder(**options))

    def whole():
        for piece in cuts:
            parser.feed(text[piece])
        return shown(parser.close())

    try:
        return whole()
    except module.ParseError as error:
        return str(error), error.code, error.position


def pulled(module, text, cuts, events):
    puller, log = module.XMLPullParser(events), []

    def read():
        for event, what in puller.read_events():
            log.append((event, what if isinstance(what, (tuple, type(None))) else shown(what)[:2]))

    try:
        for piece in cuts:
            puller.feed(text[piece])
            read()
        puller.close()
        read()
    except module.ParseError as error:
        log.append((str(error), error.code, error.position))
    return log


def case(r, agree):
    plan = tree(r)
    steps = [step(r) for _ in range(r.randint(1, 8))]
    agree("change", lambda: change(native, build(native, plan), steps), lambda: change(pure, build(pure, plan), steps), loose="any")
    path, tag = r.choice(PATHS), r.choice(TAGS + (None, "*"))
    agree("look", lambda: looked_at(native, plan, path, tag), lambda: looked_at(pure, plan, path, tag))
    agree("copy", lambda: copied(native, plan), lambda: copied(pure, plan))
    text = document(r, plan)
    ends = sorted(r.randint(0, len(text)) for _ in range(r.randint(0, 3)))
    cuts = [slice(a, b) for a, b in zip([0] + ends, ends + [len(text)])]
    options = {"insert_comments": r.random() < 0.5, "insert_pis": r.random() < 0.5}
    agree("parse", lambda: parsed(native, text, cuts, options), lambda: parsed(pure, text, cuts, options))
    events = r.sample(("start", "end", "start-ns", "end-ns", "comment", "pi"), r.randint(1, 6))
    agree("pull", lambda: pulled(native, text, cuts, events), lambda: pulled(pure, text, cuts, events))


if __name__ == "__main__":
    harness.main(case)
