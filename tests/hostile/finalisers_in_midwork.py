"""Finalisers that empty the very container which a native operation is working on: they must wait until it is done. Nothing is asserted but
that the interpreter lives."""
import gc
import sys

if sys.implementation.name == "cpython":
    print("still here")  # finalisers run elsewhere there, and this takes minutes
    sys.exit(0)


class D:
    def __init__(self, f): self.f = f; self.me = self
    def __del__(self): self.f()
hits = 0
big = 200000
def attack(make, act, shrink):
    global hits
    for i in range(2):
        x = make()
        done = []
        def f():
            done.append(1)
            try: shrink(x)
            except BaseException: pass
        D(f)
        junk = [bytes(40000) for _ in range(30 + i)]
        for j in range(60):
            junk = [bytes(3000 + j) for _ in range(10)]
            try: act(x)
            except Exception as e: pass
            if done: hits += 1; break
            if hasattr(x, '__len__') and len(x) > 32 * big: break  # what doubles would be gigabytes before the collector comes
import array, collections
attack(lambda: bytearray(big), lambda x: x.insert(big // 2, 1), lambda x: x.clear())
attack(lambda: bytearray(big), lambda x: x.pop(big // 2), lambda x: x.clear())
attack(lambda: bytearray(big), lambda x: x.__delitem__(slice(100, big - 100, 2)), lambda x: x.clear())
attack(lambda: bytearray(big), lambda x: x.__setitem__(slice(big // 2, big // 2 + 5), b'12'), lambda x: x.clear())
attack(lambda: bytearray(big), lambda x: x.remove(0), lambda x: x.clear())
attack(lambda: bytearray(big), lambda x: x.reverse(), lambda x: x.clear())
attack(lambda: bytearray(big), lambda x: x.find(b'zz'), lambda x: x.clear())
attack(lambda: bytearray(big), lambda x: x.replace(b'\0', b'1'), lambda x: x.clear())
attack(lambda: bytearray(big), lambda x: x.upper(), lambda x: x.clear())
attack(lambda: bytearray(big), lambda x: x + b'1', lambda x: x.clear())
attack(lambda: bytearray(big), lambda x: x * 2, lambda x: x.clear())
attack(lambda: bytearray(big), lambda x: x == bytes(big), lambda x: x.clear())
attack(lambda: bytearray(big), lambda x: x.hex(), lambda x: x.clear())
attack(lambda: bytearray(big), lambda x: x.translate(bytes(256)), lambda x: x.clear())
attack(lambda: bytearray(big), lambda x: x[::3], lambda x: x.clear())
attack(lambda: bytearray(big), lambda x: x.decode(), lambda x: x.clear())
attack(lambda: bytearray(big), lambda x: x.split(b'1'), lambda x: x.clear())
attack(lambda: bytearray(big), lambda x: x.extend(x), lambda x: x.clear())
attack(lambda: bytearray(big), lambda x: x.__imul__(2) and x.__delitem__(slice(big, None)), lambda x: x.clear())
attack(lambda: bytearray(big), lambda x: x.count(b'1'), lambda x: x.clear())
attack(lambda: bytearray(big), lambda x: int.from_bytes(x), lambda x: x.clear())
attack(lambda: bytearray(big), lambda x: bytes(x), lambda x: x.clear())
attack(lambda: bytearray(big), lambda x: bytes().join([x, x]), lambda x: x.clear())
attack(lambda: [0] * big, lambda x: x.index(1), lambda x: x.clear())
attack(lambda: [0] * big, lambda x: x.reverse(), lambda x: x.clear())
attack(lambda: [0] * big, lambda x: x.sort(), lambda x: x.clear())
attack(lambda: [0] * big, lambda x: x.__setitem__(slice(0, big, 2), [1] * (big // 2)), lambda x: x.clear())
attack(lambda: [0] * big, lambda x: x.__delitem__(slice(0, big, 2)), lambda x: x.clear())
attack(lambda: [0] * big, lambda x: x[::2], lambda x: x.clear())
attack(lambda: [0] * big, lambda x: x + x, lambda x: x.clear())
attack(lambda: [0] * big, lambda x: x * 2, lambda x: x.clear())
attack(lambda: [0] * big, lambda x: x.insert(big // 2, 1), lambda x: x.clear())
attack(lambda: [0] * big, lambda x: x.pop(big // 2), lambda x: x.clear())
attack(lambda: [0] * big, lambda x: x.extend(x), lambda x: x.clear())
attack(lambda: [0] * big, lambda x: tuple(x), lambda x: x.clear())
attack(lambda: ['0'] * big, lambda x: ''.join(x), lambda x: x.clear())
attack(lambda: [0] * big, lambda x: sum(x), lambda x: x.clear())
attack(lambda: array.array('q', [0]) * big, lambda x: x.insert(big // 2, 1), lambda x: x.__delitem__(slice(None)))
attack(lambda: array.array('q', [0]) * big, lambda x: x.pop(big // 2), lambda x: x.__delitem__(slice(None)))
attack(lambda: array.array('q', [0]) * big, lambda x: x.reverse(), lambda x: x.__delitem__(slice(None)))
attack(lambda: array.array('q', [0]) * big, lambda x: x.byteswap(), lambda x: x.__delitem__(slice(None)))
attack(lambda: array.array('q', [0]) * big, lambda x: x.tolist(), lambda x: x.__delitem__(slice(None)))
attack(lambda: array.array('q', [0]) * big, lambda x: x.tobytes(), lambda x: x.__delitem__(slice(None)))
attack(lambda: array.array('q', [0]) * big, lambda x: x + x, lambda x: x.__delitem__(slice(None)))
attack(lambda: array.array('q', [0]) * big, lambda x: x * 2, lambda x: x.__delitem__(slice(None)))
attack(lambda: array.array('q', [0]) * big, lambda x: x.index(1), lambda x: x.__delitem__(slice(None)))
attack(lambda: array.array('q', [0]) * big, lambda x: x[::2], lambda x: x.__delitem__(slice(None)))
attack(lambda: array.array('q', [0]) * big, lambda x: x.__setitem__(slice(0, big, 2), array.array('q', [0]) * (big // 2)), lambda x: x.__delitem__(slice(None)))
attack(lambda: array.array('q', [0]) * big, lambda x: x.__delitem__(slice(0, big, 2)), lambda x: x.__delitem__(slice(None)))
attack(lambda: array.array('q', [0]) * big, lambda x: x == x[:], lambda x: x.__delitem__(slice(None)))
attack(lambda: array.array('q', [0]) * big, lambda x: x.extend(x), lambda x: x.__delitem__(slice(None)))
attack(lambda: array.array('q', [0]) * big, lambda x: x.fromlist([1] * 50000), lambda x: x.__delitem__(slice(None)))
attack(lambda: collections.deque([0]) * big, lambda x: x.rotate(big // 2), lambda x: x.clear())
attack(lambda: collections.deque([0]) * big, lambda x: x.reverse(), lambda x: x.clear())
attack(lambda: collections.deque([0]) * big, lambda x: x.insert(big // 2, 1), lambda x: x.clear())
attack(lambda: collections.deque([0]) * big, lambda x: x.__delitem__(big // 2), lambda x: x.clear())
attack(lambda: collections.deque([0]) * big, lambda x: x[big // 2], lambda x: x.clear())
attack(lambda: collections.deque([0]) * big, lambda x: x.copy(), lambda x: x.clear())
attack(lambda: collections.deque([0]) * big, lambda x: x * 2, lambda x: x.clear())
attack(lambda: dict.fromkeys(range(big)), lambda x: x.copy(), lambda x: x.clear())
attack(lambda: dict.fromkeys(range(big)), lambda x: x | x, lambda x: x.clear())
attack(lambda: dict.fromkeys(range(big)), lambda x: list(x.items()), lambda x: x.clear())
attack(lambda: dict.fromkeys(range(big)), lambda x: x == dict(x), lambda x: x.clear())
attack(lambda: set(range(big)), lambda x: x | x, lambda x: x.clear())
attack(lambda: set(range(big)), lambda x: x.copy(), lambda x: x.clear())
attack(lambda: set(range(big)), lambda x: x & x, lambda x: x.clear())
attack(lambda: set(range(big)), lambda x: x == set(x), lambda x: x.clear())
print('still here', hits)
