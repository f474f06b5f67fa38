#!/usr/bin/env python3
"""Writes the tables of the multibyte codecs (src/modules/multibyte/tables.hpp) as C++.

Usage: generate_codec_tables.py OUTPUT_FILE

Input: the codecs of the Python that runs this, asked for every sequence and every character. Their mappings are the same in
every CPython since 3.9; Debian 12's 3.11 and CPython 3.14 were compared in full (tests/python/test_multibyte_codecs.py holds
digests of 3.14's, so that a build machine with other mappings is noticed).

A table is a trie: an index of blocks of 32 sixteen-bit values. Equal blocks of all tables are stored once.
"""

import sys

# Those that are nothing but tables: one or two bytes a character, three after 8F in the EUC ones.
CODECS = ("gb2312 gbk gb18030 big5 cp950 big5hkscs shift_jis cp932 shift_jis_2004 shift_jisx0213 euc_jp euc_jis_2004 "
          "euc_jisx0213 euc_kr cp949 johab").split()
EUC = {"euc_jp", "euc_jis_2004", "euc_jisx0213"}
BLOCK = 32
LEAD = 0xFFFF  # a first byte that wants a second
COMPOSITE = 0xD800  # from here to DFFF: an entry of kComposites
LIMIT = 0x30000  # no character beyond is in a table


class Pool:
    """The blocks of every table."""

    def __init__(self):
        self.blocks = {}
        self.block((0,) * BLOCK)

    def block(self, values):
        return self.blocks.setdefault(values, len(self.blocks))

    def trie(self, values):
        """values: {key: value}. The index, without the empty end."""
        last = max(values) // BLOCK
        rows = [[0] * BLOCK for _ in range(last + 1)]
        for key, value in values.items():
            rows[key // BLOCK][key % BLOCK] = value
        return [self.block(tuple(row)) for row in rows]


class Composites:
    """What does not fit into sixteen bits: characters beyond them, pairs of characters, errors that are two bytes long."""

    def __init__(self):
        self.entries = {}

    def value(self, first, second=0):
        number = self.entries.setdefault((first, second), len(self.entries))
        if number >= 0x800:
            sys.exit("generate_codec_tables.py: too many composites")
        return COMPOSITE + number


def decoded(codec, data):
    try:
        return data.decode(codec), 0
    except UnicodeDecodeError as error:
        return None, error


def encoded(codec, text):
    try:
        return text.encode(codec)
    except UnicodeEncodeError:
        return None


def decode_table(codec, composites):
    """{key: value}: keys are the byte, the two bytes, or (after 8F) the two that follow with the high bit of the last gone."""
    table, pairs = {}, {}

    def put(key, data):
        text, error = decoded(codec, data)
        if text is None:
            if error.start == 0 and error.end == 2 and error.reason.startswith("illegal"):
                table[key] = composites.value(0)
        elif len(text) == 2:
            pairs[text] = key
            table[key] = composites.value(ord(text[0]), ord(text[1]))
        elif ord(text) >= 0x10000:
            table[key] = composites.value(ord(text))
        else:
            assert not COMPOSITE <= ord(text) < 0xE000
            table[key] = ord(text)

    for lead in range(256):
        text, error = decoded(codec, bytes([lead]))
        if text is not None:
            put(lead, bytes([lead]))
            continue
        if error.reason.startswith("illegal"):
            continue
        table[lead] = LEAD
        if codec in EUC and lead == 0x8F:
            for second in range(0xA1, 0xFF):
                for third in range(0xA1, 0xFF):
                    put(second << 8 | third & 0x7F, bytes([lead, second, third]))
            continue
        for second in range(256):
            data = bytes([lead, second])
            text, error = decoded(codec, data)
            # Two errors or characters of one byte each are nothing of ours.
            if text is not None or error.start == 0:
                put(lead << 8 | second, data)
    return table, pairs


def encode_table(codec):
    table = {}
    for c in range(1, LIMIT):
        if 0xD800 <= c < 0xE000:
            continue
        data = encoded(codec, chr(c))
        if data is None or len(data) > 3 or len(data) == 3 and codec not in EUC:
            continue
        if len(data) == 3:
            assert data[0] == 0x8F
            table[c] = data[1] << 8 | data[2] & 0x7F
        else:
            table[c] = int.from_bytes(data, "big")
    return table


def gb18030_ranges():
    """(first linear number of four bytes, first character, count) of the basic plane, by linear number."""
    ranges = []
    for linear in range(39420):
        rest, d = divmod(linear, 10)
        rest, c = divmod(rest, 126)
        a, b = divmod(rest, 10)
        text, _ = decoded("gb18030", bytes([0x81 + a, 0x30 + b, 0x81 + c, 0x30 + d]))
        if text is None:
            continue
        if ranges and ranges[-1][0] + ranges[-1][2] == linear and ranges[-1][1] + ranges[-1][2] == ord(text):
            ranges[-1][2] += 1
        else:
            ranges.append([linear, ord(text), 1])
    return ranges


def hangul_bytes():
    """The last bytes of the parts of a syllable that EUC-KR spells out, by number of the part."""
    found = ([], [], [])
    starts = (lambda i: 588 * i, lambda i: 28 * i, lambda i: i)
    for part, count in enumerate((19, 21, 28)):
        for number in range(count):
            for last in range(0xA1, 0xFF):
                lasts = [0xA1, 0xBF, 0xD4]
                lasts[part] = last
                text, _ = decoded("euc_kr", bytes([0xA4, 0xD4, 0xA4, lasts[0], 0xA4, lasts[1], 0xA4, lasts[2]]))
                if text == chr(0xAC00 + starts[part](number)):
                    found[part].append(last)
                    break
    return found


def greek():
    """ISO 8859-7 from A0 on, as ISO-2022-JP-2 has it."""
    values = []
    for byte in range(0x20, 0x80):
        text, _ = decoded("iso2022_jp_2", b"\x1b.F\x1bN" + bytes([byte]))
        values.append(ord(text) if text else 0)
    return values


def array(out, declaration, values):
    out.append(f"{declaration} = {{")
    row = [str(value) for value in values]
    for start in range(0, len(row), 24):
        out.append(",".join(row[start:start + 24]) + ",")
    out.append("};")


def main():
    pool, composites = Pool(), Composites()
    out = ["// Made by tools/generate_codec_tables.py.", '#include "modules/multibyte/tables.hpp"', "",
           "namespace hog::multibyte {", "namespace {"]
    rows = []
    for codec in CODECS:
        decoding, pairs = decode_table(codec, composites)
        encoding = encode_table(codec)
        array(out, f"constexpr uint16_t k_decode_{codec}[]", pool.trie({key: v for key, v in decoding.items() if v}))
        index = pool.trie(encoding)
        array(out, f"constexpr uint16_t k_encode_{codec}[]", index)
        spelled = []
        for text in sorted(pairs):
            data = encoded(codec, text)
            if data and len(data) == 2:
                spelled.append((ord(text[0]), ord(text[1]), int.from_bytes(data, "big")))
        name = "nullptr"
        if spelled:
            name = f"k_pairs_{codec}"
            out.append(f"constexpr Pair {name}[] = {{{', '.join(f'{{{a}, {b}, {code}}}' for a, b, code in spelled)}}};")
        bits = [0] * 8
        for first, _, _ in spelled:
            bits[first // 32 % 8] |= 1 << first % 32
        rows.append(f"const Table k_{codec} = {{k_decode_{codec}, sizeof k_decode_{codec} / 2, k_encode_{codec}, "
                    f"sizeof k_encode_{codec} / 2, {name}, {len(spelled)}, {{{', '.join(map(str, bits))}}}, {'true' if codec in EUC else 'false'}}};")
    out.append("}  // namespace")
    array(out, "const uint16_t kPool[]", [value for block in pool.blocks for value in block])
    out.append(f"const Composite kComposites[] = {{{', '.join(f'{{{a}, {b}}}' for a, b in composites.entries)}}};")
    out += rows
    ranges = gb18030_ranges()
    for name, order in (("linear", 0), ("character", 1)):
        text = ", ".join(f"{{{a}, {b}, {n}}}" for a, b, n in sorted(ranges, key=lambda r: r[order]))
        out.append(f"const FourByteRange kRangesBy_{name}[] = {{{text}}};")
    out.append(f"const size_t kRangeCount = {len(ranges)};")
    for name, values in zip(("Initials", "Vowels", "Finals"), hangul_bytes()):
        array(out, f"const uint8_t k{name}[]", values)
    array(out, "const uint16_t kGreek[96]", greek())
    out.append("}  // namespace hog::multibyte")
    with open(sys.argv[1], "w", encoding="ascii") as file:
        file.write("\n".join(out) + "\n")


if __name__ == "__main__":
    main()
