# _heapq and _bisect, also with comparisons that change what is being searched.
import _bisect
import _heapq
import heapq
from _bisect import bisect_left, bisect_right, insort_left, insort_right


def raises(kind, function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except kind as error:
        return str(error)
    raise AssertionError(f"{kind.__name__} not raised")


def numbers(n, seed=1):
    for _ in range(n):
        seed = (seed * 1103515245 + 12345) & 0x7FFFFFFF
        yield seed % 1000


def test_heaps_sort():
    for kind in (int, float, str, lambda x: (x, str(x)), lambda x: -x * 2**70):
        data = [kind(x) for x in numbers(500)]
        heap = []
        for x in data:
            heapq.heappush(heap, x)
        assert [heapq.heappop(heap) for _ in data] == sorted(data)
        heap = list(data)
        heapq.heapify_max(heap)
        assert [heapq.heappop_max(heap) for _ in data] == sorted(data, reverse=True)
        heap = []
        for x in data:
            heapq.heappush_max(heap, x)
        assert heapq.heapreplace_max(heap, data[0]) == max(data)
        heap = list(data)
        heapq.heapify(heap)
        assert heapq.heappushpop(heap, min(data)) == min(data)
        assert heapq.heapreplace(heap, data[3]) == min(data)
    assert heapq.nsmallest(3, numbers(100)) == sorted(numbers(100))[:3]
    assert heapq.nlargest(3, numbers(100)) == sorted(numbers(100))[-3:][::-1]
    assert list(heapq.merge([1, 3], [2, 4])) == [1, 2, 3, 4]


def test_heap_errors():
    for f in (_heapq.heappop, _heapq.heappop_max):
        assert raises(IndexError, f, []) == "index out of range"
    for f in (_heapq.heapreplace, _heapq.heapreplace_max):
        assert raises(IndexError, f, [], 1) == "index out of range"
    assert _heapq.heappushpop([], 1) == 1 and _heapq.heappushpop_max([], 1) == 1
    assert raises(TypeError, _heapq.heappush, 1, 2) == "heappush() argument 1 must be list, not int"
    assert raises(TypeError, _heapq.heapify, ()) == "heapify() argument must be list, not tuple"


def test_heaps_that_change():
    class Clears:
        def __lt__(self, other):
            heap.clear()
            return True

    class Grows:
        def __lt__(self, other):
            heap.append(self)
            return False

    for kind in (Clears, Grows):
        for f in ("heapify", "heappop", "heappop_max", "heapify_max"):
            heap = [kind() for _ in range(10)]
            assert raises(RuntimeError, getattr(_heapq, f), heap) == "list changed size during iteration"
        for f in ("heappush", "heappush_max", "heapreplace", "heapreplace_max", "heappushpop", "heappushpop_max"):
            heap = [kind() for _ in range(10)]
            try:
                getattr(_heapq, f)(heap, kind())
            except (RuntimeError, IndexError):
                pass


def test_bisect():
    a = [1, 2, 2, 2, 3]
    assert bisect_left(a, 2) == 1 and bisect_right(a, 2) == 4 and bisect_left(a, 2, 2) == 2 and bisect_right(a, 2, 0, 2) == 2
    assert bisect_left(tuple(a), 3) == 4 and bisect_left(range(10**15), 10**14) == 10**14
    assert bisect_left([3, 2, 1], -2, key=lambda x: -x) == 1 and bisect_left("abc", "b") == 1
    assert raises(ValueError, bisect_left, a, 2, -1) == "lo must be non-negative"
    assert raises(IndexError, bisect_left, [1], 2, 0, 5) == "list index out of range"
    raises(TypeError, bisect_left, {}, 1), raises(TypeError, bisect_left, a, 1, 0, "x"), raises(TypeError, bisect_left, a, "x")
    for x in numbers(100):
        insort_right(a, x), insort_left(a, x)
    assert a == sorted(a) and len(a) == 205

    class L(list):
        def insert(self, i, x):
            super().insert(i, x + 0.5)

    b = L([1, 2, 3])
    insort_left(b, 2)
    assert b == [1, 2.5, 2, 3]
    c = ["bb", "aaa"][::-1][:1]
    insort_right(c, "b", key=len)
    assert c == ["b", "aaa"]


def test_bisect_in_what_shrinks():
    class Clears:
        def __lt__(self, other):
            del items[:]
            return True

    items = [Clears() for _ in range(100)]
    raises(IndexError, bisect_left, items, 1)
    items = [Clears() for _ in range(100)]
    assert raises(IndexError, insort_left, items, Clears()) == "list index out of range"
    items = [3] * 50

    def key(x):
        items.clear()
        return x

    insort_left(items, 1, key=key)
    assert items == [1]


for name, test in list(globals().items()):
    if name.startswith("test_"):
        test()
