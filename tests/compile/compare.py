"""Compares what hognose-dis says of code objects with CPython 3.14 (run this with CPython 3.14).

Usage: compare.py HOGNOSE_DIS FILE...            names, flags, variables of every code object
       compare.py HOGNOSE_DIS --snippets FILE    errors and warnings; FILE: snippets separated by lines of "----"
"""

import subprocess
import sys
import tempfile
import types
import warnings


def parameter_count(code):
    flags = code.co_flags
    return code.co_argcount + code.co_kwonlyargcount + bool(flags & 4) + bool(flags & 8)


def describe(code, out):
    def names(title, items):
        return f" {title}=" + "".join(f"{item}," for item in items)

    out.append(
        (
            f"{code.co_qualname} line={code.co_firstlineno} flags={code.co_flags & 0x7FFFFFFF:x}"
            f" args={code.co_argcount}/{code.co_posonlyargcount}/{code.co_kwonlyargcount}",
            # Inlined comprehensions get their registers at another time: only the parameters are in order.
            names("varnames", code.co_varnames[: parameter_count(code)] + tuple(sorted(code.co_varnames[parameter_count(code) :]))),
            names("cellvars", sorted(code.co_cellvars)),
            names("freevars", code.co_freevars),
        )
    )
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            describe(constant, out)


def compare_file(tool, path):
    """Number of differing code objects. Order in co_consts is not compared, nor co_names."""
    with open(path, "rb") as file:
        source = file.read()
    expected = []
    describe(compile(source, path, "exec", dont_inherit=True), expected)
    result = subprocess.run([tool, "--metadata", path], capture_output=True, text=True)
    lines = [line.partition(" names=")[0] for line in result.stdout.splitlines()]
    wanted = sorted("".join(parts) for parts in expected)
    found = sorted(lines)
    difference = 0
    for line in sorted(set(wanted) ^ set(found)):
        print(f"{path}: {'expected' if line in wanted else 'found   '} {line}")
        difference += 1
    return difference


def outcome(snippet):
    text = ""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            compile(snippet, "<string>", "exec", dont_inherit=True)
            end = "ok"
        except SyntaxError as error:
            end = f"{error.lineno}:{error.offset}-{error.end_lineno}:{error.end_offset} {error.msg}"
        except (ValueError, RecursionError, MemoryError) as error:
            end = f"{type(error).__name__} {error}"
    for warning in caught:
        text += f"[{warning.lineno} {warning.message}]"
    return text + end


def compare_snippets(tool, path):
    with open(path, encoding="utf-8") as file:
        snippets = file.read().split("----\n")
    with tempfile.NamedTemporaryFile() as joined:
        joined.write(b"".join(s.encode() + b"\0" for s in snippets))
        joined.flush()
        result = subprocess.run([tool, "--snippets", joined.name], capture_output=True, text=True)
    found = result.stdout.split("\0")
    difference = 0
    for number, snippet in enumerate(snippets):
        wanted = outcome(snippet)
        got = found[number] if number < len(found) else "nothing"
        if wanted != got:
            print(f"--- {snippet!r}\n  expected {wanted}\n  found    {got}")
            difference += 1
    print(f"{len(snippets)} snippets, {difference} differ")
    return difference


def main():
    tool, *arguments = sys.argv[1:]
    if arguments[0] == "--snippets":
        return 1 if compare_snippets(tool, arguments[1]) else 0
    total = sum(compare_file(tool, path) for path in arguments)
    print(f"{len(arguments)} files, {total} differing lines")
    return 1 if total else 0


sys.exit(main())
