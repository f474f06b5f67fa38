"""Tries: completion, spelling with edit distance, a compressed (radix) form, wildcard search, word squares, a T9 keypad."""

from collections import defaultdict
from heapq import nlargest
from typing import Iterator, Self

WORDS = """able about above acorn act action active add after again age agree air all alone along also always amber among
anchor and animal answer apple area arm art ask atlas away baby back ball band bank base basket be bear beat bed been
before begin bell best big bird bit black blue boat body bone book both bottom box boy branch bread bridge bright bring
brown build burn bus but buy by call came can captain car card care carry case cat catch cause cell center chair chance
change chart check child choose circle city claim class clean clear climb clock close cloud coast coat cold color come
heart ember abuse resin trend card area rear dart stare tares aster rates teas east seat""".split()


class Trie:
    __slots__ = ("children", "count", "end")

    def __init__(self, words=()):
        self.children: dict[str, Self] = {}
        self.count, self.end = 0, 0
        for word in words:
            self.add(word)

    def add(self, word, times=1):
        node = self
        node.count += times
        for letter in word:
            node = node.children.setdefault(letter, type(self)())
            node.count += times
        node.end += times

    def node(self, prefix):
        node = self
        for letter in prefix:
            if (node := node.children.get(letter)) is None:
                return None
        return node

    def __contains__(self, word):
        return (node := self.node(word)) is not None and node.end > 0

    def __len__(self):
        return self.count

    def walk(self, prefix="") -> Iterator[tuple[str, int]]:
        if self.end:
            yield prefix, self.end
        for letter in sorted(self.children):
            yield from self.children[letter].walk(prefix + letter)

    def __iter__(self):
        return (word for word, _ in self.walk())

    def starting(self, prefix):
        node = self.node(prefix)
        return [] if node is None else list(node.walk(prefix))

    def remove(self, word):
        if word not in self:
            raise KeyError(word)
        node, path = self, []
        for letter in word:
            path.append((node, letter))
            node.count -= 1
            node = node.children[letter]
        node.count -= 1
        node.end -= 1
        for parent, letter in reversed(path):
            if parent.children[letter].count:
                break
            del parent.children[letter]

    def matching(self, pattern, prefix=""):
        if not pattern:
            if self.end:
                yield prefix
            return
        head, rest = pattern[0], pattern[1:]
        if head == "*":
            yield from self.matching(rest, prefix)
            for letter, child in sorted(self.children.items()):
                yield from child.matching(pattern, prefix + letter)
        else:
            for letter in sorted(self.children) if head == "?" else [head] * (head in self.children):
                yield from self.children[letter].matching(rest, prefix + letter)

    def near(self, word, limit):
        """Words within an edit distance, one row of the table for each node."""
        found = []

        def visit(node, letter, prefix, above):
            row = [above[0] + 1]
            for i, expected in enumerate(word, 1):
                row.append(min(row[-1] + 1, above[i] + 1, above[i - 1] + (letter != expected)))
            if node.end and row[-1] <= limit:
                found.append((row[-1], prefix))
            if min(row) <= limit:
                for next_letter, child in node.children.items():
                    visit(child, next_letter, prefix + next_letter, row)

        for letter, child in self.children.items():
            visit(child, letter, letter, list(range(len(word) + 1)))
        return sorted(found)

    def size(self):
        return 1 + sum(child.size() for child in self.children.values())


class Radix:
    def __init__(self, trie):
        self.end, self.edges = bool(trie.end), {}
        for letter, child in sorted(trie.children.items()):
            label = letter
            while len(child.children) == 1 and not child.end:
                (letter, child), = child.children.items()
                label += letter
            self.edges[label] = Radix(child)

    def show(self, indent=""):
        for i, (label, child) in enumerate(self.edges.items()):
            last = i == len(self.edges) - 1
            yield f"{indent}{'└' if last else '├'}─{label}{'.' if child.end else ''}"
            yield from child.show(indent + ("  " if last else "│ "))

    def size(self):
        return 1 + sum(child.size() for child in self.edges.values())


class Keypad:
    KEYS = {"2": "abc", "3": "def", "4": "ghi", "5": "jkl", "6": "mno", "7": "pqrs", "8": "tuv", "9": "wxyz"}
    DIGIT = {letter: digit for digit, letters in KEYS.items() for letter in letters}

    def __init__(self, words):
        self.by_digits = defaultdict(set)
        for word in words:
            self.by_digits["".join(map(self.DIGIT.__getitem__, word))].add(word)

    def type(self, digits):
        return sorted(self.by_digits.get(digits, ()))

    def split(self, digits):
        if not digits:
            yield []
        for end in range(1, len(digits) + 1):
            for word in self.type(digits[:end]):
                for rest in self.split(digits[end:]):
                    yield [word, *rest]


def squares(trie, size):
    def extend(rows):
        if len(rows) == size:
            yield rows
            return
        prefix = "".join(row[len(rows)] for row in rows)
        for word, _ in trie.starting(prefix):
            if len(word) == size:
                yield from extend([*rows, word])

    return extend([])


def main():
    trie = Trie(WORDS)
    print(len(trie), len(set(trie)), trie.size(), "apple" in trie, "app" in trie, "apples" in trie)
    print([word for word, _ in trie.starting("ca")], trie.starting("zz"), trie.starting("area"))
    print(list(trie.matching("b??k")), list(trie.matching("*ar*t")), list(trie.matching("?a*e")))
    for word in ("aple", "chiar", "bridg", "xyzzy"):
        print(word, "->", trie.near(word, 1 if len(word) == 4 else 2)[:6])
    print(nlargest(5, ((node.count, prefix) for prefix in "abcdeht" if (node := trie.node(prefix)))))
    print(*Radix(Trie(w for w in WORDS if w.startswith(("be", "bo", "ba")))).show(), sep="\n")
    print("radix", Radix(trie).size())
    anagrams = defaultdict(list)
    for word in trie:
        anagrams["".join(sorted(word))].append(word)
    print([group for group in anagrams.values() if len(group) > 1])
    pad = Keypad(WORDS)
    print(pad.type("228"), pad.type("43278"), max(pad.by_digits.items(), key=lambda i: (len(i[1]), i[0]))[0], list(pad.split("2224"))[:4])
    for square in list(squares(trie, 4))[:2] + list(squares(trie, 5))[:2]:
        print(*square)
    for word in ("area", "area", "able"):
        trie.remove(word)
    try:
        trie.remove("area")
    except KeyError as error:
        print("gone:", error)
    print(len(trie), "about" in trie, trie.node("abl"), trie.size())


main()
