# random_.py: _random against the Mersenne Twister (MT19937) of Matsumoto and Nishimura, written out here.

import random as native
import _random

import harness


class Twister:
    def __init__(self, seed):
        key, seed = [], abs(seed)
        while seed or not key:
            key.append(seed & 0xFFFFFFFF)
            seed >>= 32
        state = [19650218]
        for i in range(1, 624):
            state.append(1812433253 * (state[-1] ^ state[-1] >> 30) + i & 0xFFFFFFFF)
        i = 1
        for count in range(max(624, len(key))):
            j = count % len(key)
            state[i] = (state[i] ^ (state[i - 1] ^ state[i - 1] >> 30) * 1664525) + key[j] + j & 0xFFFFFFFF
            i += 1
            if i == 624:
                state[0], i = state[623], 1
        for _ in range(623):
            state[i] = (state[i] ^ (state[i - 1] ^ state[i - 1] >> 30) * 1566083941) - i & 0xFFFFFFFF
            i += 1
            if i == 624:
                state[0], i = state[623], 1
        state[0] = 0x80000000
        self.state, self.index = state, 624

    def word(self):
        state = self.state
        if self.index == 624:
            for i in range(624):
                y = state[i] & 0x80000000 | state[(i + 1) % 624] & 0x7FFFFFFF
                state[i] = state[(i + 397) % 624] ^ y >> 1 ^ (0x9908B0DF if y & 1 else 0)
            self.index = 0
        y = state[self.index]
        self.index += 1
        y ^= y >> 11
        y ^= y << 7 & 0x9D2C5680
        y ^= y << 15 & 0xEFC60000
        return y ^ y >> 18

    def random(self):
        return ((self.word() >> 5) * 67108864.0 + (self.word() >> 6)) * (1.0 / 9007199254740992.0)

    def getrandbits(self, bits):
        value, shift = 0, 0
        while shift < bits:
            more = min(32, bits - shift)
            value |= self.word() >> (32 - more) << shift
            shift += 32
        return value


twisters = {}  # making one takes a while in pure Python, so a few serve all cases


def case(r, agree):
    key = r.choice((0, 1, -7, 2**32, 2**32 - 1, 123456789012345678901234567890, 2**700 + 5))
    if r.random() < 0.01:
        key = harness.integer(r)
    pair = twisters.get(key)
    if pair is None or agree.number % 3000 == 0 or agree.options.only is not None:
        pair = twisters[key] = _random.Random(key), Twister(key)
    made, model = pair
    for _ in range(r.randint(1, 8)):
        bits = r.choice((0, 1, 5, 31, 32, 33, 64, 100))
        agree("getrandbits", lambda: made.getrandbits(bits), lambda: model.getrandbits(bits))
        agree("random", lambda: made.random(), lambda: model.random())
    if r.random() < 0.02:
        agree("state", lambda: made.getstate(), lambda: (*model.state, model.index))
    if r.random() < 0.1:
        other = native.Random(agree.number)
        agree("derived", lambda: (other.randint(1, 10**20), other.choice("abc"), other.sample(range(50), 5), other.gauss(0, 1), other.betavariate(1, 2),
                                  other.randbytes(5), other.shuffle(list(range(4))), other.choices([1, 2], [3, 4], k=3), other.triangular(),
                                  other.expovariate(2), other.randrange(3, 30, 4), other.binomialvariate(9, 0.3), other.vonmisesvariate(0, 4)))
        text = harness.text(r)
        agree("seeded", lambda: [native.Random(seed).random() for seed in (text, text.encode("utf-8"), 0.5, None.__class__ and 3)])
    wrong = r.choice((-1, "x", 1.5, None, 10**30, (1,)))
    if wrong != 10**30:
        agree("wrong bits", lambda: made.getrandbits(wrong))
    agree("wrong state", lambda: made.setstate(wrong))


if __name__ == "__main__":
    harness.main(case)
