# gc stress: every 499 allocations (it makes too many objects for a collection at each)
"""_pickle against its Python twin, bad streams, and Python that comes back in the middle."""
import collections
import io
import pickle
import random


class Node:
    def __init__(self):
        self.me = self
        self.items = [1, (self,)]


class Slots:
    __slots__ = ("a", "b")


class Words(list):
    pass


def raises(kind, call, *arguments, **keywords):
    try:
        call(*arguments, **keywords)
    except kind as error:
        return error
    raise AssertionError(f"{kind} expected")


def test_like_the_twin():
    words = Words("ab")
    words.name = "w"
    things = [1, -1, 255, 65536, 2**31, -2**31, 2**100, -2**63, 1.5, None, True, "x", "é€\U0001F600\n\\", b"bytes", b"y" * 300, (), (1,), (1, 2, 3, 4),
              {1, 2}, frozenset({3}), {"a": 1, "b": [2]}, bytearray(b"ab"), range(5), len, Node, collections.OrderedDict(a=1),
              collections.deque([1]), 1 + 2j, ..., NotImplemented, type(None), "z" * 70000, list(range(2500)), {n: n for n in range(1500)}, words]
    for protocol in range(6):
        for dumps in (pickle.dumps, pickle._dumps):
            for loads in (pickle.loads, pickle._loads):
                assert loads(dumps(things, protocol)) == things
        node = pickle.loads(pickle.dumps(Node(), protocol))
        assert node.me is node and node.items[1][0] is node
        loop = []
        loop.append((loop,))
        again = pickle.loads(pickle.dumps(loop, protocol))
        assert again[0][0] is again
        file = io.BytesIO()
        for n in range(3):
            pickle.dump([n, things], file, protocol)
        file.seek(0)
        assert [pickle.load(file)[0] for _ in range(3)] == [0, 1, 2]
    slots = Slots()
    slots.a = 5
    assert pickle.loads(pickle.dumps(slots)).a == 5


def test_buffers():
    data = bytearray(b"abc" * 10)
    buffers = []
    stream = pickle.dumps([pickle.PickleBuffer(data)], 5, buffer_callback=buffers.append)
    assert pickle.loads(stream, buffers=buffers)[0] is not None and b"abc" not in stream
    view = memoryview(pickle.PickleBuffer(data))
    raises(BufferError, data.clear)
    view.release()
    buffers.clear()
    raw = pickle.PickleBuffer(data)
    inner = memoryview(raw)
    raw.release()
    raises(BufferError, data.clear)
    assert bytes(inner) == data
    inner.release()
    raises(ValueError, raw.raw)


def test_bad_streams():
    chance = random.Random(3)
    seeds = [pickle.dumps([Words([1, 2]), {"a": (1, 2.5, None)}, {3}, b"x" * 9, 2**70], protocol) for protocol in range(6)]
    for _ in range(3000):
        stream = bytearray(chance.choice(seeds))
        for _ in range(chance.randint(1, 4)):
            stream[chance.randrange(len(stream))] = chance.randrange(256)
        try:
            pickle.loads(bytes(stream[: chance.randint(1, len(stream))]))
        except (Exception, MemoryError):
            pass
    for stream in (b"B\xff\xff\xff\x7f", b"\x8e\xff\xff\xff\xff\xff\xff\xff\x0f.", b"X\xff\xff\xff\xffa", b"\x8b\xff\xff\xff\x7f"):
        raises((pickle.UnpicklingError, OverflowError, MemoryError), pickle.loads, stream)


def test_reentry():
    file = io.BytesIO()
    pickler = pickle.Pickler(file)

    class Again:
        def __reduce__(self):
            raises(RuntimeError, pickler.dump, 1)
            raises(RuntimeError, pickler.__init__, file)
            return list, ()

    pickler.dump(Again())
    assert pickle.loads(file.getvalue()) == []

    class Clears:
        def __reduce__(self):
            items.clear()
            return list, ()

    class Grows:
        def __reduce__(self):
            table[len(table)] = 1
            return list, ()

    items = [Clears() for _ in range(100)]
    raises(RuntimeError, pickle.dumps, items)
    table = {n: Grows() for n in range(10)}
    raises(RuntimeError, pickle.dumps, table)
    deep = []
    for _ in range(200_000):
        deep = [deep]
    raises(RecursionError, pickle.dumps, deep)


for name, test in list(globals().items()):
    if name.startswith("test_"):
        test()
