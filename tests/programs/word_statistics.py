"""Text processing: tokens, frequencies, n-grams, readability, a concordance, wrapped output and a Caesar break."""

import re
import string
import textwrap
import unicodedata
from collections import Counter, defaultdict

TEXT = """
The lighthouse keeper counted the ships. One ship, two ships, and then -- after the fog -- none at all!
"Where do the ships go?" asked the keeper's daughter. "They go," said the keeper, "where the wind goes."
But the wind was not going anywhere; it was sitting on the rocks, mending its nets.

In the evening the fog came back. It came over the water, over the rocks, over the small garden where the
beans grew. The daughter lit the lamp. Its light went round and round: over the water, over the rocks, over
the beans. A café owner in the town -- Señor Ibáñez, who never slept -- saw the light and wrote in his
notebook: 'Tonight, 23 turns in 4 minutes; yesterday, 22. The keeper's daughter is impatient.'

He was right. She wanted the ships to come. She wanted the wind to finish mending. She wanted, most of all,
for the fog to say where it went when it was not here.
"""

WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


def words_of(text):
    return [match.group().lower() for match in WORD.finditer(text)]


def sentences_of(text):
    flat = " ".join(text.split())
    return [s.strip() for s in re.split(r'(?<=[.!?])["\']?\s+(?=["\']?[A-Z])', flat) if s.strip()]


def syllables(word):
    word = word.rstrip("e")
    return max(1, len(re.findall(r"[aeiouyáéíóú]+", word)))


def readability(text):
    words, sentences = words_of(text), sentences_of(text)
    count = sum(map(syllables, words))
    return 206.835 - 1.015 * len(words) / len(sentences) - 84.6 * count / len(words)


def ngrams(items, n):
    return zip(*(items[i:] for i in range(n)))


def concordance(text, target, width=24):
    flat = " ".join(text.split())
    for match in re.finditer(rf"\b{target}\b", flat, re.IGNORECASE):
        before = flat[max(0, match.start() - width):match.start()]
        after = flat[match.end():match.end() + width]
        yield f"{before:>{width}}[{match.group()}]{after:<{width}}"


def strip_accents(text):
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def index_by_letter(words):
    index = defaultdict(set)
    for word in words:
        index[strip_accents(word)[0]].add(word)
    return {letter: sorted(group) for letter, group in sorted(index.items())}


def caesar(text, shift):
    lower = string.ascii_lowercase
    table = str.maketrans(lower + lower.upper(), lower[shift:] + lower[:shift] + (lower[shift:] + lower[:shift]).upper())
    return text.translate(table)


def break_caesar(text):
    usual = "etaoinshrdlu"

    def score(candidate):
        counts = Counter(c for c in candidate.lower() if c in string.ascii_lowercase)
        return sum(counts[c] * (len(usual) - i) for i, c in enumerate(usual))

    return max((caesar(text, shift) for shift in range(26)), key=score)


def justify(line, width):
    words = line.split()
    if len(words) < 2:
        return line
    spaces = width - sum(map(len, words))
    each, more = divmod(spaces, len(words) - 1)
    return "".join(w + " " * (each + (i < more)) for i, w in enumerate(words[:-1])) + words[-1]


def main():
    words = words_of(TEXT)
    counts = Counter(words)
    print(f"{len(words)} words, {len(counts)} different, {len(sentences_of(TEXT))} sentences")
    print(f"readability {readability(TEXT):.2f}")
    for word, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:12]:
        print(f"{word:>10} {count:>3} {'*' * count}")
    print("bigrams:", [" ".join(pair) for pair, n in Counter(ngrams(words, 2)).most_common(5)])
    print("trigrams:", sorted(" ".join(t) for t, n in Counter(ngrams(words, 3)).items() if n > 1))
    print("once only:", sum(1 for n in counts.values() if n == 1))
    print("longest:", sorted(counts, key=lambda w: (-len(w), w))[:5])
    print("\nconcordance of 'keeper':")
    print(*concordance(TEXT, "keeper"), sep="\n")
    print("\nindex:")
    for letter, group in index_by_letter(words).items():
        print(f"  {letter}: {', '.join(group)}")
    print("\njustified:")
    for paragraph in TEXT.strip().split("\n\n"):
        lines = textwrap.wrap(paragraph, 56)
        for line in lines[:-1]:
            print("  |" + justify(line, 56) + "|")
        print("  |" + lines[-1].ljust(56) + "|")
    secret = caesar(strip_accents(sentences_of(TEXT)[0]), 11)
    print("\n" + secret)
    print(break_caesar(secret))
    print(strip_accents("Señor Ibáñez, café"), "Straße".casefold(), "ǅ".title(), "ﬁ".upper())
    print(re.sub(r"(\d+)", lambda m: f"<{int(m[1]) * 2:>5}>", "23 turns in 4 minutes; yesterday, 22"))


main()
