"""Dicts with str and int keys: counting words, a sparse grid, a memo."""


def make_words(count):
    state, words = 12345, []
    for _ in range(count):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        words.append("w" + str(state % 5000))
    return words


def count_words(words):
    counts = {}
    for word in words:
        if word in counts:
            counts[word] += 1
        else:
            counts[word] = 1
    return counts


def sparse_life(rounds):
    cells = {(1, 0): 1, (2, 1): 1, (0, 2): 1, (1, 2): 1, (2, 2): 1, (10, 10): 1, (11, 10): 1, (12, 10): 1}
    for _ in range(rounds):
        near = {}
        for x, y in cells:
            for dx in (-1, 0, 1):
                for dy in (-1, 0, 1):
                    if dx or dy:
                        key = (x + dx, y + dy)
                        near[key] = near.get(key, 0) + 1
        cells = {key: 1 for key, n in near.items() if n == 3 or (n == 2 and key in cells)}
    return len(cells)


def int_keys(rounds):
    table = {}
    for i in range(rounds):
        table[i * 7 % 10007] = table.get(i * 13 % 10007, 0) + 1
    total = 0
    for key, value in table.items():
        total += key ^ value
    for key in list(table):
        if key % 3 == 0:
            del table[key]
    return total, len(table)


def main():
    words = make_words(300000)
    counts = count_words(words)
    assert len(counts) == 5000 and sum(counts.values()) == 300000
    for _ in range(5):
        assert count_words(words) == counts
    assert sparse_life(800) == 0
    assert int_keys(1500000) == (50124642, 6671)


for _ in range(3):
    main()
