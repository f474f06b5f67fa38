#!/usr/bin/env python3
"""Writes the Unicode tables of src/text as C++.

Usage: generate_unicode.py UNICODE_DATA_FOLDER OUTPUT_FOLDER

Input: the text files of the Unicode character database (tools/fetch_unicode_data.sh), of version 16.0 or newer. Code
points that came after 16.0 are left out, and tools/unicode_corrections.txt says where an older version had another
value. Output: unicode_records.cpp, unicode_decompositions.cpp, unicode_names.cpp, each declared by
src/text/unicode.hpp or src/text/unicode_tables.hpp. Runs on Python 3.9 and later, standard library only.
"""

import bz2
import sys
from collections import Counter
from fractions import Fraction
from pathlib import Path

LIMIT = 0x110000
SHIFT = 7  # kShift of unicode.hpp
NEWEST = (16, 0)

CATEGORIES = ("Cn Lu Ll Lt Mn Mc Me Nd Nl No Zs Zl Zp Cc Cf Cs Co Lm Lo "
              "Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So").split()
BIDIRECTIONAL = ["", *"L LRE LRO R AL RLE RLO PDF EN ES ET AN CS NSM BN B S WS ON LRI RLI FSI PDI".split()]
WIDTHS = "N A H W F Na".split()
TAGS = ["", *(f"<{tag}>" for tag in "font noBreak initial medial final isolated circle super sub vertical wide "
              "narrow small square fraction compat".split())]
FORMS = "NFC NFD NFKC NFKD".split()

# The bits of unicode.hpp's Flag, in order.
FLAGS = ("alpha decimal digit numeric lower upper title space line_break printable xid_start xid_continue cased "
         "case_ignorable mirrored many_case in_3_2 has_decomposition composes_backward").split()
FLAG = {name: 1 << bit for bit, name in enumerate(FLAGS)}

# Names that are made by rule: (first, last, prefix); the code point in hexadecimal follows.
HANGUL = (0xAC00, 0xD7A3)


class Files:
    """The data folder: rows of fields, comments and blank lines gone."""

    def __init__(self, folder):
        self.folder = Path(folder)

    def rows(self, name):
        path = self.folder / name
        text = bz2.decompress(path.read_bytes()).decode() if name.endswith(".bz2") else path.read_text("utf-8")
        for line in text.splitlines():
            line = line.split("#", 1)[0].strip()
            if line:
                yield [field.strip() for field in line.split(";")]

    def ranges(self, name):
        """Rows whose first field is a code point or a range of them: (range, other fields)."""
        for fields in self.rows(name):
            yield parse_range(fields[0]), fields[1:]


def parse_range(text):
    first, _, last = text.partition("..")
    return range(int(first, 16), int(last or first, 16) + 1)


def parse_points(text):
    return [int(point, 16) for point in text.split()]


class Database:
    """Every property of every code point, as lists indexed by code point."""

    def __init__(self, files, corrections):
        self.files = files
        self.corrections = corrections
        self.read_age()
        self.read_main()
        self.read_width()
        self.read_unihan()
        self.apply_corrections()
        self.read_case()
        self.read_core_properties()
        self.read_line_breaks()
        self.read_normalisation()

    def read_age(self):
        self.age = [None] * LIMIT
        for points, (version, *_) in self.files.ranges("DerivedAge.txt"):
            value = tuple(int(part) for part in version.split("."))
            for c in points:
                self.age[c] = value

    def known(self, c):
        return self.age[c] is not None and self.age[c] <= NEWEST

    def read_main(self):
        self.category = ["Cn"] * LIMIT
        self.bidirectional = [""] * LIMIT
        self.combining = [0] * LIMIT
        self.decomposition = {}
        self.decimal, self.digit, self.numeric = {}, {}, {}
        self.mirrored = set()
        self.simple_case = {}
        self.names = {}
        self.families = []  # (first, last, label) of the First/Last pairs
        first = None
        for fields in self.files.rows("UnicodeData.txt"):
            c, label = int(fields[0], 16), fields[1]
            if label.endswith(", First>"):
                first = c
                continue
            if label.endswith(", Last>"):
                self.families.append((first, c, label[1:-len(", Last>")]))
                for point in range(first, c + 1):
                    self.take_row(point, fields)
                continue
            self.take_row(c, fields)
            if not label.startswith("<") and self.known(c):
                self.names[c] = label

    def take_row(self, c, fields):
        if not self.known(c):
            return
        (_, _, self.category[c], combining, self.bidirectional[c], decomposition, decimal, digit, numeric, mirrored,
         _, _, upper, lower, title) = fields
        self.combining[c] = int(combining)
        if decomposition:
            tag, points = "", decomposition
            if decomposition.startswith("<"):
                tag, points = decomposition.split(" ", 1)
            self.decomposition[c] = (tag, parse_points(points))
        if decimal:
            self.decimal[c] = int(decimal)
        if digit:
            self.digit[c] = int(digit)
        if numeric:
            self.numeric[c] = Fraction(numeric)
        if mirrored == "Y":
            self.mirrored.add(c)
        simple_upper = int(upper, 16) if upper else c
        self.simple_case[c] = (simple_upper, int(lower, 16) if lower else c,
                               int(title, 16) if title else simple_upper)

    def read_width(self):
        """Unassigned code points of the ideographic blocks and planes have a width too."""
        wide = (range(0x3400, 0x4DC0), range(0x4E00, 0xA000), range(0xF900, 0xFB00), range(0x20000, 0x2FFFE),
                range(0x30000, 0x3FFFE))
        self.width = ["N"] * LIMIT
        for block in wide:
            self.width[block.start:block.stop] = ["W"] * len(block)
        for points, (width, *_) in self.files.ranges("EastAsianWidth.txt"):
            for c in points:
                if self.known(c):
                    self.width[c] = width

    def read_unihan(self):
        kinds = ("kAccountingNumeric", "kPrimaryNumeric", "kOtherNumeric")
        for (row,) in self.files.rows("Unihan_NumericValues.txt.bz2"):
            point, kind, value = row.split("\t")[:3]
            c = int(point[2:], 16)
            if kind in kinds and self.known(c):
                self.numeric[c] = Fraction(int(value.split(" ")[0]))

    def apply_corrections(self):
        for points, name, value in self.corrections["16.0"]:
            for c in points:
                if name == "category":
                    self.category[c] = value
                elif name == "bidirectional":
                    self.bidirectional[c] = value
                elif name == "width":
                    self.width[c] = value
                elif name == "combining":
                    self.combining[c] = int(value)
                elif name == "numeric":
                    if value:
                        self.numeric[c] = Fraction(value)
                    else:
                        self.numeric.pop(c, None)
                elif name == "name":
                    self.names[c] = value
                elif name in ("upper_case", "lower_case", "title_case"):
                    mapping = list(self.simple_case[c])
                    mapping[("upper_case", "lower_case", "title_case").index(name)] = int(value, 16)
                    self.simple_case[c] = tuple(mapping)
                elif name not in FLAG and name != "no_alias":
                    sys.exit(f"unknown property {name} in the corrections")

    def read_case(self):
        """self.case[c]: the four full mappings (upper, lower, title, fold), where one of them changes `c`."""
        full = {}
        for fields in self.files.rows("SpecialCasing.txt"):
            if len(fields) == 5:  # a sixth field is a condition: sigma, or a language
                c = int(fields[0], 16)
                lower, title, upper = (parse_points(text) for text in fields[1:4])
                full[c] = (upper, lower, title)
        fold = {}
        for fields in self.files.rows("CaseFolding.txt"):
            if fields[1] in "CF":
                fold[int(fields[0], 16)] = parse_points(fields[2])
        self.case = {}
        for c, simple in self.simple_case.items():
            upper, lower, title = full.get(c, tuple([point] for point in simple))
            mappings = (upper, lower, title, fold.get(c, [c]))
            if any(mapping != [c] for mapping in mappings):
                self.case[c] = mappings

    def read_core_properties(self):
        wanted = {"Lowercase": "lower", "Uppercase": "upper", "Cased": "cased", "Case_Ignorable": "case_ignorable",
                  "XID_Start": "xid_start", "XID_Continue": "xid_continue"}
        self.flags = [0] * LIMIT
        for points, (name, *_) in self.files.ranges("DerivedCoreProperties.txt"):
            if name in wanted:
                for c in points:
                    if self.known(c):
                        self.flags[c] |= FLAG[wanted[name]]
        for points, name, value in self.corrections["16.0"]:
            if name in FLAG:
                for c in points:
                    self.flags[c] = self.flags[c] | FLAG[name] if value == "Y" else self.flags[c] & ~FLAG[name]

    def read_line_breaks(self):
        self.breaks = {c for c in range(LIMIT) if self.bidirectional[c] == "B"}
        for points, (kind, *_) in self.files.ranges("LineBreak.txt"):
            if kind in ("BK", "CR", "LF", "NL"):
                self.breaks.update(points)

    def read_normalisation(self):
        excluded = set()
        for points, fields in self.files.ranges("CompositionExclusions.txt"):
            excluded.update(points)
        self.quick = Counter()
        for points, fields in self.files.ranges("DerivedNormalizationProps.txt"):
            if fields[0].endswith("_QC") and fields[0][:-3] in FORMS:
                shift = 2 * FORMS.index(fields[0][:-3])
                for c in points:
                    if self.known(c):
                        self.quick[c] |= {"M": 1, "N": 2}[fields[1]] << shift
        self.compositions = {}
        for c, (tag, points) in self.decomposition.items():
            if tag or len(points) != 2 or c in excluded or self.combining[c] or self.combining[points[0]]:
                continue
            self.compositions[tuple(points)] = c

    def record(self, c):
        flags = self.flags[c]
        category = self.category[c]
        if category in ("Lm", "Lt", "Lu", "Ll", "Lo"):
            flags |= FLAG["alpha"]
        if c in self.decimal:
            flags |= FLAG["decimal"]
        if c in self.digit:
            flags |= FLAG["digit"]
        if c in self.numeric:
            flags |= FLAG["numeric"]
        if category == "Lt":
            flags |= FLAG["title"]
        if category == "Zs" or self.bidirectional[c] in ("WS", "B", "S"):
            flags |= FLAG["space"]
        if c in self.breaks:
            flags |= FLAG["line_break"]
        if c == 0x20 or category[0] not in "CZ":
            flags |= FLAG["printable"]
        if c in self.mirrored:
            flags |= FLAG["mirrored"]
        if self.age[c] is not None and self.age[c] <= (3, 2) and category != "Cn":
            flags |= FLAG["in_3_2"]
        if c in self.decomposition:
            flags |= FLAG["has_decomposition"]
        if c in self.seconds:
            flags |= FLAG["composes_backward"]
        mappings = self.case.get(c)
        deltas = (0, 0, 0, 0)
        if mappings:
            if any(len(mapping) > 1 for mapping in mappings):
                flags |= FLAG["many_case"]
                # What a one-character mapping is when the full one has more: its first character, as CPython has it.
            deltas = tuple(mapping[0] - c for mapping in mappings)
        return (*deltas, flags, CATEGORIES.index(category), BIDIRECTIONAL.index(self.bidirectional[c]),
                self.combining[c], WIDTHS.index(self.width[c]), self.quick[c], self.decimal.get(c, -1),
                self.digit.get(c, -1), self.numeric_index(c))

    def numeric_index(self, c):
        return self.numeric_values.index(self.numeric[c]) + 1 if c in self.numeric else 0

    def build_records(self):
        self.numeric_values = sorted(set(self.numeric.values()))
        assert len(self.numeric_values) < 255
        self.seconds = {second for _, second in self.compositions}
        self.seconds.update(range(0x1161, 0x1176), range(0x11A8, 0x11C3))
        numbers = {}
        return [numbers.setdefault(self.record(c), len(numbers)) for c in range(LIMIT)], list(numbers)


# --- writing C++ -----------------------------------------------------------------------------------------------------


def two_stage(values, shift):
    """Splits into blocks and shares equal ones: (block numbers, concatenated blocks)."""
    size = 1 << shift
    seen, stage1, stage2 = {}, [], []
    for start in range(0, len(values), size):
        block = tuple(values[start:start + size])
        if block not in seen:
            seen[block] = len(seen)
            stage2.extend(block)
        stage1.append(seen[block])
    return stage1, stage2


class Writer:
    def __init__(self, path, what):
        self.path = Path(path)
        self.parts = [f"// {self.path.name}: {what}. Generated by tools/generate_unicode.py; do not edit.\n"
                      '#include "text/unicode_tables.hpp"\n\nnamespace hog::unicode::tables {\n']

    def line(self, text):
        self.parts.append(text + "\n")

    def array(self, kind, name, values, extent=""):
        self.line(f"const {kind} {name}[{extent}] = {{")
        row = ""
        for value in values:
            text = f"{value},"
            if len(row) + len(text) > 118:
                self.line(row)
                row = ""
            row += text
        self.line(row + "};")

    def rows(self, kind, name, rows):
        self.array(kind, name, ["{" + ",".join(str(value) for value in row) + "}" for row in rows])

    def close(self):
        self.line("}  // namespace hog::unicode::tables")
        text = "".join(self.parts)
        if not self.path.exists() or self.path.read_text() != text:
            self.path.write_text(text)
        else:
            self.path.touch()


def quoted(strings):
    return [f'"{text}"' for text in strings]


def write_records(database, corrections, path):
    index, records = database.build_records()
    stage1, stage2 = two_stage(index, SHIFT)
    assert len(records) < 1 << 16 and len(stage1) < 1 << 16
    out = Writer(path, "properties of code points")
    out.line(f"static_assert(kShift == {SHIFT});")
    out.array("uint16_t", "kRecordBlocks", stage1, "(kMaxCodePoint + 1) >> kShift")
    out.array("uint16_t", "kRecordIndex", stage2)
    out.rows("Record", "kRecords",
             [(*row[:5], f"static_cast<Category>({row[5]})", *row[6:]) for row in records])
    out.array("char", "kCategoryNames", quoted(CATEGORIES), "][3")
    out.array("char", "kBidirectionalNames", quoted(BIDIRECTIONAL), "][4")
    out.array("char", "kWidthNames", quoted(WIDTHS), "][3")
    out.array("double", "kNumericValues", ["0.0", *(repr(float(v)) for v in database.numeric_values)])
    # A zero denominator: the value does not fit.
    out.rows("Rational", "kNumericRationals", [(0, 0), *(
        (v.numerator, v.denominator) if v.numerator < 1 << 63 else (0, 0) for v in database.numeric_values)])
    many = []
    for c, mappings in sorted(database.case.items()):
        if any(len(mapping) > 1 for mapping in mappings):
            assert c < 1 << 16 and all(p < 1 << 16 for mapping in mappings for p in mapping)
            many.append((c, *("{" + ",".join(map(str, mapping)) + "}" for mapping in mappings)))
    out.rows("CaseRow", "kCaseRows", many)
    out.line(f"const size_t kCaseRowCount = {len(many)};")
    write_old_values(database, corrections, out)
    out.close()


def write_old_values(database, corrections, out):
    """The properties that were different in Unicode 3.2, a sorted list of ranges for each."""
    for name, table, encode in (("category", "kOldCategories", CATEGORIES.index),
                                ("bidirectional", "kOldBidirectional", BIDIRECTIONAL.index),
                                ("width", "kOldWidths", WIDTHS.index),
                                ("mirrored", "kOldMirrored", lambda value: int(value == "Y")),
                                ("decimal", "kOldDecimals", lambda value: int(value or -1)),
                                ("numeric", "kOldNumerics", lambda value: float(value or -1))):
        rows = [(points[0], points[-1], encode(value)) for points, kind, value in corrections["3.2"] if kind == name]
        out.rows("OldValue", table, sorted(rows) or [(1, 0, 0)])
        out.line(f"const size_t {table}Count = {len(rows)};")


def utf16(points):
    for c in points:
        if c >= 0x10000:
            yield 0xD800 + ((c - 0x10000) >> 10)
            yield 0xDC00 + ((c - 0x10000) & 0x3FF)
        else:
            yield c


def write_decompositions(database, files, path):
    """Decompositions live in one array of 16-bit units: a header (tag, number of units), then UTF-16."""
    data, offsets, seen = [0], [0] * LIMIT, {}
    for c, (tag, points) in sorted(database.decomposition.items()):
        units = tuple(utf16(points))
        entry = (TAGS.index(tag) << 8 | len(units), *units)
        if entry not in seen:
            seen[entry] = len(data)
            data.extend(entry)
        offsets[c] = seen[entry]
    assert len(data) < 1 << 16
    stage1, stage2 = two_stage(offsets, SHIFT)
    out = Writer(path, "decompositions and compositions")
    out.array("uint16_t", "kDecompositionBlocks", stage1)
    out.array("uint16_t", "kDecompositionIndex", stage2)
    out.array("uint16_t", "kDecompositionData", data)
    out.array("char", "kDecompositionTags", quoted(TAGS), "][12")
    pairs = sorted((first, second, c) for (first, second), c in database.compositions.items())
    out.rows("Composition", "kCompositions", pairs)
    out.line(f"const size_t kCompositionCount = {len(pairs)};")
    corrections = []
    for point, old, _new, version in files.rows("NormalizationCorrections.txt"):
        if tuple(int(part) for part in version.split(".")) > (3, 2, 0):
            corrections.append((int(point, 16), int(old, 16)))
    out.rows("OldDecomposition", "kOldDecompositions", sorted(corrections))
    out.line(f"const size_t kOldDecompositionCount = {len(corrections)};")
    out.close()


def name_families(database):
    """Ranges whose names are a prefix and the code point in hexadecimal: (first, last, prefix), sorted."""
    families = []
    for first, last, label in database.families:
        if label.startswith("CJK Ideograph"):  # CPython 3.14 has no names for Tangut ideographs
            known = [c for c in range(first, last + 1) if database.known(c)]
            if known:
                assert len(known) == known[-1] - known[0] + 1
                families.append((known[0], known[-1], "CJK UNIFIED IDEOGRAPH-"))
    for c in sorted(database.names):
        suffix = f"{c:04X}"
        if database.names[c].endswith("-" + suffix):
            prefix = database.names[c][:-len(suffix)]
            if families and families[-1][1] == c - 1 and families[-1][2] == prefix:
                families[-1] = (families[-1][0], c, prefix)
            else:
                families.append((c, c, prefix))
    return sorted(families)


def write_names(database, files, path):
    """Names are numbered: those of code points in order, then aliases, then sequences.

    A name is a row of word codes, ended by code 0; the commonest words have one byte. The offset of every 16th name is
    kept, and the runs of adjacent code points map code points to numbers and back. kNameOrder sorts the numbers by name.
    """
    families = name_families(database)
    by_rule = {c for first, last, _ in families for c in range(first, last + 1)}
    points = sorted(database.names.keys() - by_rule)
    aliases = []
    for c, alias, _kind in (fields[:3] for fields in files.rows("NameAliases.txt")):
        if database.known(int(c, 16)) and alias not in database.newer_aliases:
            aliases.append((int(c, 16), alias))
    sequences = []
    for name, sequence in files.rows("NamedSequences.txt"):
        sequence = parse_points(sequence)
        if all(database.known(c) for c in sequence):
            sequences.append((name, sequence))
    names = [database.names[c] for c in points] + [alias for _, alias in aliases] + [name for name, _ in sequences]
    assert len(set(names)) == len(names) < 1 << 16 and max(map(len, names)) < 127

    frequency = Counter(word for name in names for word in name.split(" "))
    words = sorted(frequency, key=lambda word: (-frequency[word], word))
    long_leads = -(-len(words) // 256)
    short = 256 - long_leads  # codes 1..short-1 are one byte; code 0 ends a name
    number = {word: i + 1 for i, word in enumerate(words)}
    phrases, phrase_blocks = bytearray(), []
    for i, name in enumerate(names):
        if i % 16 == 0:
            phrase_blocks.append(len(phrases))
        for word in name.split(" "):
            code = number[word]
            if code < short:
                phrases.append(code)
            else:
                phrases += bytes((short + (code - short) // 256, (code - short) % 256))
        phrases.append(0)
    lexicon, word_blocks = bytearray(), []
    for i, word in enumerate(words):
        if i % 16 == 0:
            word_blocks.append(len(lexicon))
        encoded = bytearray(word.encode("ascii"))
        encoded[-1] |= 0x80
        lexicon += encoded
    runs = []
    for i, c in enumerate(points):
        if i == 0 or points[i - 1] != c - 1:
            runs.append((c, i))

    out = Writer(path, "names of code points, aliases and named sequences")
    out.array("uint8_t", "kNamePhrases", phrases)
    out.array("uint32_t", "kNamePhraseBlocks", phrase_blocks)
    out.array("uint8_t", "kNameLexicon", lexicon)
    out.array("uint32_t", "kNameWordBlocks", word_blocks)
    out.rows("NameRun", "kNameRuns", [*runs, (LIMIT, len(points))])
    out.line(f"const size_t kNameRunCount = {len(runs)};")
    out.array("uint16_t", "kNameOrder", sorted(range(len(names)), key=lambda i: names[i]))
    out.array("uint32_t", "kAliasPoints", [c for c, _ in aliases])
    assert all(2 <= len(sequence) <= 4 for _, sequence in sequences)
    out.array("char32_t", "kSequencePoints",
              ["{" + ",".join(map(str, [*sequence, 0, 0][:4])) + "}" for _, sequence in sequences], "][4")
    out.line(f"const NameCounts kNameCounts = {{{len(points)}, {len(aliases)}, {len(sequences)}, {short}}};")
    out.rows("NameFamily", "kNameFamilies",
             [(first, last, f'"{prefix}"', len(prefix)) for first, last, prefix in families])
    out.line(f"const size_t kNameFamilyCount = {len(families)};")
    out.close()


def read_corrections(path):
    """Lines `version; property; first..last; value`; an empty value means: has none."""
    corrections = {"16.0": [], "3.2": []}
    for fields in Files(path.parent).rows(path.name):
        version, name, points, value = fields
        corrections[version].append((parse_range(points), name, value))
    return corrections


def main():
    source, target = sys.argv[1:]
    files = Files(source)
    corrections = read_corrections(Path(__file__).parent / "unicode_corrections.txt")
    database = Database(files, corrections)
    database.newer_aliases = {value for _, name, value in corrections["16.0"] if name == "no_alias"}
    target = Path(target)
    write_records(database, corrections, target / "unicode_records.cpp")
    write_decompositions(database, files, target / "unicode_decompositions.cpp")
    write_names(database, files, target / "unicode_names.cpp")


if __name__ == "__main__":
    main()
