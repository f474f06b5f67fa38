"""Packs the sources of the frozen library into one blob with a sorted index.

Usage: pack_sources.py MODULES_TXT ADJUSTMENTS_TXT LIBRARY OVERLAY OUT_PREFIX
Makes the changes of ADJUSTMENTS_TXT (which says how it is written) to copies in OUT_PREFIX.adjusted/, and writes OUT_PREFIX.bin (names, then sources, each source raw deflate), OUT_PREFIX.index (records, sorted by name),
OUT_PREFIX.S (embeds both) and OUT_PREFIX.list (module, "package" or "module", path: the input of hognose-freeze).
The record layout is struct FrozenSource in frozen_source.hpp. The output depends on nothing but the sources.
"""

import os
import struct
import sys
import zlib


def read_modules(path):
    wanted, unwanted = [], []
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            line = line.partition("#")[0].strip()
            if line.startswith("- "):
                unwanted.append(line[2:].strip())
            elif line:
                wanted.append(line)
    return wanted, unwanted


def is_beneath(name, roots):
    return any(name == root or name.startswith(root + ".") for root in roots)


def find_sources(root):
    """Yields (module name, is package, path) of every module in a library folder."""
    for folder, subfolders, files in os.walk(root):
        subfolders[:] = sorted(s for s in subfolders if s.isidentifier() and s != "__pycache__")
        parts = os.path.relpath(folder, root).split(os.sep) if folder != root else []
        for file in sorted(files):
            stem, extension = os.path.splitext(file)
            if extension != ".py" or not stem.replace("-", "_").isidentifier():
                continue
            path = os.path.join(folder, file)
            if stem == "__init__":
                if parts:
                    yield ".".join(parts), True, path
            else:
                yield ".".join(parts + [stem]), False, path


def read_adjustments(path):
    """[(module, old lines, new lines, line number)]."""
    changes = []
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            line = line.rstrip("\n")
            kind, _, rest = line.partition(" ")
            if kind == "module":
                changes.append((rest.strip(), [], [], number))
            elif kind in ("-", "+") and changes:
                changes[-1][1 if kind == "-" else 2].append(rest)
            elif line and kind not in ("#", "why"):
                sys.exit(f"{path}:{number}: not understood: {line}")
    return changes


def adjust(found, adjustments_txt, folder):
    """Lets the changed modules be taken from changed copies. found: {name: (is package, path)}."""
    texts = {}
    for name, old, new, number in read_adjustments(adjustments_txt):
        if name not in found:
            sys.exit(f"{adjustments_txt}:{number}: {name} is not frozen")
        if name not in texts:
            with open(found[name][1], encoding="utf-8") as file:
                texts[name] = "\n" + file.read()
        before, after = ("\n" + "\n".join(part) + "\n" for part in (old, new))
        times = texts[name].count(before)
        if not old or times != 1:
            sys.exit(f"{adjustments_txt}:{number}: {name} holds the old lines {times} times, not once")
        texts[name] = texts[name].replace(before, after)
    os.makedirs(folder, exist_ok=True)
    for name, text in texts.items():
        path = os.path.join(folder, name + ".py")
        with open(path, "w", encoding="utf-8") as out:
            out.write(text[1:])
        found[name] = (found[name][0], path)


def collect(modules_txt, adjustments_txt, library, overlay, adjusted):
    wanted, unwanted = read_modules(modules_txt)
    found = {}
    for name, is_package, path in find_sources(library):
        if is_beneath(name, wanted) and not is_beneath(name, unwanted):
            found[name] = (is_package, path)
    missing = sorted(name for name in wanted if name not in found)
    if missing:
        sys.exit(f"pack_sources: not in {library}: {' '.join(missing)}")
    adjust(found, adjustments_txt, adjusted)
    for name, is_package, path in find_sources(overlay):
        # An overlay that builds on the library's module names it _library_NAME: then that is frozen, too.
        original = "_library_" + name
        with open(path, encoding="utf-8") as file:
            if name in found and original in file.read():
                found[original] = found[name]
        found[name] = (is_package, path)
    return sorted((name.encode(), is_package, path) for name, (is_package, path) in found.items())


def write(path, data):
    with open(path, "wb") as out:
        out.write(data)


def main():
    modules_txt, adjustments_txt, library, overlay, out = sys.argv[1:]
    modules = collect(modules_txt, adjustments_txt, library, overlay, out + ".adjusted")
    names = b"".join(name for name, _, _ in modules)
    blob, records, name_offset = bytearray(names), bytearray(), 0
    for name, is_package, path in modules:
        with open(path, "rb") as file:
            source = file.read()
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        packed = packer.compress(source) + packer.flush()
        records += struct.pack("<IHHIII", name_offset, len(name), int(is_package), len(blob), len(source), len(packed))
        name_offset += len(name)
        blob += packed
    write(out + ".bin", blob)
    write(out + ".index", records)
    listing = "".join(
        f"{name.decode()}\t{'package' if is_package else 'module'}\t{os.path.abspath(path)}\n"
        for name, is_package, path in modules
    )
    write(out + ".list", listing.encode())
    symbols = (("hog_frozen_source_index", "index", 4), ("hog_frozen_source_blob", "bin", 16))
    text = ["# Made by stdlib/pack_sources.py.", '  .section .rodata, "a"']
    for symbol, extension, alignment in symbols:
        text += [
            f"  .balign {alignment}",
            f"  .globl {symbol}",
            f"  .hidden {symbol}",
            f"{symbol}:",
            f'  .incbin "{out}.{extension}"',
        ]
    text += ["  .balign 4", "  .globl hog_frozen_source_count", "  .hidden hog_frozen_source_count"]
    text += ["hog_frozen_source_count:", f"  .long {len(modules)}", '  .section .note.GNU-stack, "", %progbits']
    write(out + ".S", ("\n".join(text) + "\n").encode())
    print(f"{len(modules)} modules, {len(blob)} bytes")


main()
