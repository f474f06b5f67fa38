"""String building: concatenation, join, formatting, slicing, replacing."""


def concatenate(pieces):
    text = ""
    for i in range(pieces):
        text += "abc"
        if i % 1000 == 999:
            text += "\n"
    return text


def render_table(rows):
    lines = []
    for i in range(rows):
        lines.append(f"{i:>6}|{i * 1.5:10.2f}|{'x' * (i % 7):<8}|{i:#x}")
    return "\n".join(lines)


def caesar(text, shift):
    out = []
    for character in text:
        code = ord(character)
        if 97 <= code <= 122:
            out.append(chr((code - 97 + shift) % 26 + 97))
        else:
            out.append(character)
    return "".join(out)


def title_words(text, rounds):
    total = 0
    for _ in range(rounds):
        words = text.split()
        joined = " ".join(word.capitalize() for word in words)
        total += len(joined.replace("The", "A")) + joined.count("e") + joined.find("Dog")
    return total


def main():
    text = concatenate(1000000)
    assert len(text) == 3001000 and text[-5:] == "bcabc"[-4:] + "\n", text[-5:]
    table = render_table(220000)
    assert len(table) == 7630095 and table.endswith("0x35b5f"), table[-20:]
    assert caesar(caesar("the quick brown fox, " * 20000, 3), 23) == "the quick brown fox, " * 20000
    assert title_words("the quick brown fox jumps over the lazy dog " * 20, 3000) == 2697000


for _ in range(3):
    main()
