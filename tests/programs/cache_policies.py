"""Caches: least recently used by a linked list, least frequently used, time to live with a hand clock, write-back."""

from collections import OrderedDict, defaultdict
from collections.abc import MutableMapping
from functools import cached_property, lru_cache, wraps


class Link:
    __slots__ = ("key", "value", "before", "after")

    def __init__(self, key=None, value=None):
        self.key, self.value = key, value
        self.before = self.after = self

    def detach(self):
        self.before.after, self.after.before = self.after, self.before

    def attach_after(self, other):
        self.before, self.after = other, other.after
        other.after.before = self
        other.after = self


class LRU(MutableMapping):
    def __init__(self, capacity, on_evict=None):
        self.capacity, self.on_evict = capacity, on_evict
        self.links, self.ring = {}, Link()
        self.hits = self.misses = 0

    def __getitem__(self, key):
        try:
            link = self.links[key]
        except KeyError:
            self.misses += 1
            raise
        self.hits += 1
        link.detach()
        link.attach_after(self.ring)
        return link.value

    def __setitem__(self, key, value):
        if key in self.links:
            link = self.links[key]
            link.value = value
            link.detach()
        else:
            if len(self.links) >= self.capacity:
                self.evict()
            link = self.links[key] = Link(key, value)
        link.attach_after(self.ring)

    def evict(self):
        oldest = self.ring.before
        oldest.detach()
        del self.links[oldest.key]
        if self.on_evict:
            self.on_evict(oldest.key, oldest.value)

    def __delitem__(self, key):
        self.links.pop(key).detach()

    def __len__(self):
        return len(self.links)

    def __iter__(self):
        keys, link = [], self.ring.after
        while link is not self.ring:  # a snapshot: looking a key up moves its link
            keys.append(link.key)
            link = link.after
        return iter(keys)

    def __contains__(self, key):
        return key in self.links

    def __repr__(self):
        return f"{type(self).__name__}({', '.join(f'{k}={self.links[k].value}' for k in self)})"


class LFU:
    def __init__(self, capacity):
        self.capacity, self.values, self.uses = capacity, {}, {}
        self.by_use, self.least = defaultdict(OrderedDict), 0

    def get(self, key, default=None):
        if key not in self.values:
            return default
        self.touch(key)
        return self.values[key]

    def touch(self, key):
        uses = self.uses[key]
        del self.by_use[uses][key]
        if not self.by_use[uses]:
            del self.by_use[uses]
            if self.least == uses:
                self.least += 1
        self.uses[key] = uses + 1
        self.by_use[uses + 1][key] = None

    def put(self, key, value):
        if key in self.values:
            self.values[key] = value
            self.touch(key)
            return None
        evicted = None
        if len(self.values) >= self.capacity:
            evicted, _ = self.by_use[self.least].popitem(last=False)
            del self.values[evicted], self.uses[evicted]
        self.values[key], self.uses[key], self.least = value, 1, 1
        self.by_use[1][key] = None
        return evicted


class Clock:
    now = 0

    def __call__(self):
        return self.now


def timed(seconds, clock):
    def decorate(function):
        kept = {}

        @wraps(function)
        def wrapper(*args, **kwargs):
            key = (args, tuple(sorted(kwargs.items())))
            if key in kept and clock() - kept[key][0] < seconds:
                return kept[key][1]
            value = function(*args, **kwargs)
            kept[key] = clock(), value
            return value

        wrapper.kept = kept
        return wrapper

    return decorate


class WriteBack:
    def __init__(self, store, capacity):
        self.store, self.dirty, self.writes = store, set(), 0
        self.cache = LRU(capacity, self.write)

    def write(self, key, value):
        if key in self.dirty:
            self.store[key] = value
            self.dirty.discard(key)
            self.writes += 1

    def __getitem__(self, key):
        if key not in self.cache:
            self.cache[key] = self.store[key]
        return self.cache[key]

    def __setitem__(self, key, value):
        self.cache[key] = value
        self.dirty.add(key)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        for key in list(self.cache):
            self.write(key, self.cache[key])


class Circle:
    computed = 0

    def __init__(self, radius):
        self.radius = radius

    @cached_property
    def area(self):
        Circle.computed += 1
        return 3 * self.radius**2


def main():
    gone = []
    cache = LRU(3, lambda key, value: gone.append(key))
    for key in "abcadbeaf":
        if key in cache:
            cache[key]
        else:
            cache.get(key)
            cache[key] = ord(key)
        print(key, cache, gone)
    cache.update(x=1, a=2)
    del cache["x"]
    print(cache, list(cache.items()), cache.pop("zz", "none"), cache.setdefault("q", 9), cache.hits, cache.misses, dict(cache) == cache)

    lfu = LFU(2)
    print([lfu.put("a", 1), lfu.put("b", 2), lfu.get("a"), lfu.put("c", 3), lfu.get("b"), lfu.get("c"), lfu.put("d", 4), lfu.get("a"), lfu.get("d"), lfu.put("e", 5)])
    print(lfu.values, lfu.uses)

    clock, calls = Clock(), []

    @timed(10, clock)
    def slow(x, *, scale=1):
        """Doubles, slowly."""
        calls.append(x)
        return 2 * x * scale

    print(slow(2), slow(2), slow(2, scale=3), calls, slow.__name__, slow.__doc__)
    clock.now = 11
    print(slow(2), calls, len(slow.kept))

    store = {i: i * 10 for i in range(6)}
    with WriteBack(store, 2) as back:
        for i in range(6):
            back[i] = back[i] + i
        print(store, back.writes, sorted(back.dirty))
    print(store, back.writes)

    circle = Circle(2)
    print(circle.area, circle.area, Circle.computed, vars(circle))
    del circle.area
    print(circle.area, Circle.computed)

    @lru_cache(maxsize=2, typed=True)
    def kind(x):
        return type(x).__name__

    print(kind(1), kind(1.0), kind(1), kind("1"), kind(1.0), kind.cache_info(), kind.cache_parameters())
    kind.cache_clear()
    print(kind.cache_info(), kind.__wrapped__(2))


main()
