# Plain instances are pickled by a short way; the class, or somebody else, may say otherwise at any time.
import pickle
import pickletools


class Plain:
    def __init__(self, x=1, y="s"):
        self.x = x
        self.y = y


class Empty:
    pass


def operations(o, protocol=4):
    return [(op.name, argument) for op, argument, _ in pickletools.genops(pickle.dumps(o, protocol)) if op.name not in ("PROTO", "FRAME")]


def test_second_instance_is_written_like_the_first():
    got = operations([Plain(), Plain()])
    build = [i for i, (name, _) in enumerate(got) if name == "BUILD"]
    assert len(build) == 2
    second = [name for name, _ in got[build[0] + 1 : build[1] + 1]]
    assert second == ["BINGET", "EMPTY_TUPLE", "NEWOBJ", "MEMOIZE", "EMPTY_DICT", "MEMOIZE", "MARK", "BINGET", "BININT1", "BINGET", "BINGET", "SETITEMS", "BUILD"], second
    assert [name for name, _ in operations([Empty(), Empty()])][-5:] == ["EMPTY_TUPLE", "NEWOBJ", "MEMOIZE", "APPENDS", "STOP"]


def test_round_trip_with_cycles_and_sharing():
    shared = [1]
    a, b = Plain(shared), Plain(shared)
    a.y = b
    b.y = a
    c, d = pickle.loads(pickle.dumps([a, b]))
    assert c.y is d and d.y is c and c.x is d.x
    many = [Plain(i, str(i) * 50) for i in range(5000)]
    again = pickle.loads(pickle.dumps(many))
    assert [(p.x, p.y) for p in again] == [(p.x, p.y) for p in many]


def test_class_changed_in_mid_dump():
    class Meddler:
        def __reduce__(self):
            Plain.__getstate__ = lambda self: {"x": "changed"}
            return (Empty, ())

    Meddler.__qualname__ = "Empty"
    pickle.dumps(Plain())
    got = pickle.loads(pickle.dumps([Plain(), Plain(), Meddler(), Plain()]))
    del Plain.__getstate__
    assert [vars(p).get("x") for p in got] == [1, 1, None, "changed"]


def test_instance_changed_in_mid_dump():
    class Meddler:
        def __reduce__(self):
            target.late = 1
            del target.y
            return (Empty, ())

    pickle.dumps(Plain())
    target = Plain()
    target.x = Meddler()
    got = pickle.loads(pickle.dumps([Plain(), target]))[1]
    assert isinstance(got.x, Empty)


def test_notes_of_a_failure():
    pickle.dumps(Plain())
    try:
        pickle.dumps([Plain(), Plain(lambda: 1)])
    except (pickle.PicklingError, AttributeError) as e:
        assert e.__notes__ == ["when serializing dict item 'x'", "when serializing test_pickle_plain.Plain state".replace("test_pickle_plain.", prefix),
                               "when serializing test_pickle_plain.Plain object".replace("test_pickle_plain.", prefix), "when serializing list item 1"], e.__notes__
    else:
        raise AssertionError("a lambda was pickled")


prefix = "" if __name__ == "__main__" else __name__ + "."

for test in [v for k, v in list(globals().items()) if k.startswith("test_")]:
    test()
