# A key that is not there is compared once with each key of the same hash, and hashed once: programs count that.
counts = {"hash": 0, "eq": 0}


class Key:
    def __init__(self, hash_value):
        self.hash_value = hash_value

    def __hash__(self):
        counts["hash"] += 1
        return self.hash_value

    def __eq__(self, other):
        counts["eq"] += 1
        return self is other


def test_one_comparison():
    for value in range(32):
        first, second = Key(value), Key(value)
        for ask in (lambda d, k: d.setdefault(k), lambda d, k: d.get(k), lambda d, k: k in d, lambda d, k: d.pop(k, None),
                    lambda d, k: d.__setitem__(k, 1)):
            table = {first: 0}
            counts.update(hash=0, eq=0)
            ask(table, second)
            assert counts == {"hash": 1, "eq": 1}, (value, counts)
