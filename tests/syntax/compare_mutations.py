"""Compare verdict, error and warnings with CPython's on damaged library files.

Run with CPython 3.14:  python3.14 tests/syntax/compare_mutations.py HOGNOSE_AST_DUMP [ROUNDS [SEED]]
Each round takes a few lines of a library file and deletes, doubles, swaps or inserts tokens.
"""
import ast
import io
import os
import random
import sys
import sysconfig
import tokenize
import warnings

sys.path.insert(0, os.path.dirname(__file__))
from compare_ast import Dumper, files
from compare_errors import core, expected

EXTRA = """( ) [ ] { } , : ; . = == := + - * ** / @ -> ... ! != <> if else elif for in not and or is lambda yield from import
as with while try except finally def class return pass del global assert raise async await match case type None True x
1 1.5 0x1 0o8 07 1_ 'a' "b f'a' f'{x}' f'{x!r:>{y}}' f'{' t'{x}' b'a' b'\xe9' '\\N{foo}' '\\x1' \\ # \n \t $ ? ` \xe9 \u20ac
print exec _ *a **b (a,b) [a] a.b a[1] f(x) lambda:x (yield) {**a} a=1 "a":1 += >>= """.split(" ")


def chunks(path):
    try:
        with tokenize.open(path) as file:
            lines = file.read().splitlines(True)
    except (OSError, SyntaxError, UnicodeDecodeError):
        return
    starts = [i for i, line in enumerate(lines) if line[:1].isalpha() or line[:1] == "@"]
    for a, b in zip(starts, starts[1:]):
        if 0 < b - a < 40:
            yield "".join(lines[a:b])


def pieces(text):
    out, word = [], ""
    for c in text:
        if c.isalnum() or c == "_":
            word += c
            continue
        if word:
            out.append(word)
            word = ""
        out.append(c)
    return out + [word] if word else out


def mutate(rng, text):
    parts = pieces(text)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        at = rng.randrange(len(parts))
        kind = rng.randrange(5)
        if kind == 0:
            del parts[at]
        elif kind == 1:
            parts.insert(at, parts[at])
        elif kind == 2:
            other = rng.randrange(len(parts))
            parts[at], parts[other] = parts[other], parts[at]
        elif kind == 3:
            parts.insert(at, rng.choice(EXTRA))
        else:
            parts[at] = " " + rng.choice(EXTRA) + " "
        if not parts:
            return text
    return "".join(parts)


def main():
    ours = Dumper(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 2000
    rng = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    sources = [c for p in files([sysconfig.get_path("stdlib")]) if rng.random() < 0.05 for c in chunks(p)]
    total = equal = errors = 0
    for _ in range(rounds):
        source = "".join(mutate(rng, rng.choice(sources)) if i == 0 else rng.choice(sources)
                         for i in sorted(range(rng.choice((1, 1, 2, 4))), key=lambda _: rng.random()))
        mode = rng.choice(("exec", "exec", "exec", "single", "eval"))
        if mode == "eval":
            source = source.strip()
        want = expected(source, mode)
        if want == "skip":
            continue
        got, _ = ours(source, mode)
        total += 1
        if want is None:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                want = ast.dump(compile(source, "<s>", mode, ast.PyCF_ONLY_AST), include_attributes=True)
        else:
            errors += 1
        if want == got or want.startswith("ERROR Mem") and got.startswith("ERROR Mem"):
            equal += 1
            continue
        print(f"{mode} {source!r}\n  want {want[:300]}\n  got  {got[:300]}")
    print(f"{total} sources, {errors} with errors: {equal} equal ({100 * equal / max(total, 1):.2f} %)")


if __name__ == "__main__":
    main()
