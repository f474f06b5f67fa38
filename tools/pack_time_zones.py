#!/usr/bin/env python3
"""Packs the time zones for zoneinfo (src/modules/zoneinfo/zone_data.hpp) as C++.

Usage: pack_time_zones.py ZONEINFO_FOLDER OUTPUT_FILE

Input: /usr/share/zoneinfo of Debian's package tzdata. Output: the sorted names, and every distinct zone once: a TZif file of version 2 or
later without its first part (32-bit times), without the transitions that its footer says anyway, compressed (raw deflate).
Without the folder the output is empty.
"""

import io
import os
import struct
import sys
import zlib
from datetime import datetime, timedelta, timezone
from zoneinfo._zoneinfo import ZoneInfo  # 3.11's twin in C crashes where this one raises IndexError

LEFT_OUT = ("posix/", "right/")
ALIASES = ("localtime", "posixrules")


def parts(data):
    """The 64-bit part of a TZif file: times, indices, types, abbreviations, footer."""
    def header(at):
        return struct.unpack(">6l", data[at + 20:at + 44])

    utc, std, leap, times, types, chars = header(0)
    at = 44 + times * 5 + types * 6 + chars + leap * 8 + std + utc
    assert data[4:5] >= b"2" and data[at:at + 4] == b"TZif"
    utc, std, leap, times, types, chars = header(at)
    at += 44
    moments = struct.unpack(f">{times}q", data[at:at + times * 8])
    at += times * 8
    indices = data[at:at + times]
    at += times
    kinds = data[at:at + types * 6]
    at += types * 6
    names = data[at:at + chars]
    at += chars + leap * 12 + std + utc
    return data[4:5], list(moments), indices, kinds, names, data[at:]


def joined(version, moments, indices, kinds, names, footer):
    def header(times, types, chars):
        return b"TZif" + version + bytes(15) + struct.pack(">6l", 0, 0, 0, times, types, chars)

    return (header(0, 1, 1) + bytes(7) + header(len(moments), len(kinds) // 6, len(names)) +
            struct.pack(f">{len(moments)}q", *moments) + indices + kinds + names + footer)


def same(a, b, moment):
    at = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=moment)
    x, y = at.astimezone(a), at.astimezone(b)
    return (x.utcoffset(), x.dst(), x.tzname()) == (y.utcoffset(), y.dst(), y.tzname())


def year_of(moment):
    return (datetime(1970, 1, 1) + timedelta(seconds=moment)).year


def slim(data):
    version, moments, indices, kinds, names, footer = parts(data)

    def cut(count):
        return joined(version, moments[:count], indices[:count], kinds, names, footer)

    def agrees(count, checked):
        try:
            zone = ZoneInfo.from_file(io.BytesIO(cut(count)))
        except IndexError:  # a kind of time that no transition leads to
            return False
        # The rule may have changes that the list has not.
        rule, first, last = zone._tz_after, moments[count - 1], moments[-1]
        changes = [local - offset.total_seconds() for year in range(year_of(first), year_of(last) + 1)
                   for local, offset in zip(rule.transitions(year), (rule.std.utcoff, rule.dst.utcoff))]
        changes = [change for change in changes if first < change <= last]
        return all(same(whole, zone, change + shift) for change in [*checked, *changes] for shift in (-1, 0))

    kept = len(moments)
    if b"," in footer:
        whole = ZoneInfo.from_file(io.BytesIO(data))
        low, high = 1, kept
        while low < high:
            middle = (low + high) // 2
            if agrees(middle, moments[middle:]):
                high = middle
            else:
                low = middle + 1
        # What a file says later has influence on what its earlier times mean.
        if agrees(low, moments):
            kept = low
    return cut(kept)


def zones(folder):
    found = {}
    for root, _, files in os.walk(folder):
        for file in files:
            path = os.path.join(root, file)
            name = os.path.relpath(path, folder)
            if name.startswith(LEFT_OUT) or name in ALIASES:
                continue
            with open(path, "rb") as stream:
                data = stream.read()
            if data.startswith(b"TZif"):
                found[name] = data
    return found


def version_of(folder):
    try:
        with open(os.path.join(folder, "tzdata.zi"), encoding="ascii") as file:
            return file.readline().split()[-1]
    except OSError:
        return ""


def main():
    folder, output = sys.argv[1:]
    found = zones(folder)
    if not found:
        print(f"pack_time_zones.py: no time zones in {folder}: none will be built in", file=sys.stderr)
    pool, places, sizes = bytearray(), {}, {}
    for data in sorted(set(found.values())):
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        plain = slim(data)
        packed = packer.compress(plain) + packer.flush()
        places[data] = len(pool), len(packed), len(plain)
        pool += packed
    out = ["// Made by tools/pack_time_zones.py.", '#include "modules/zoneinfo/zone_data.hpp"', "", "namespace hog::zoneinfo {",
           "namespace {", "constexpr unsigned char kBytes[] = {"]
    for start in range(0, len(pool), 32):
        out.append(",".join(map(str, pool[start:start + 32])) + ",")
    out += ["0};", "}  // namespace", "const FrozenZone kFrozenZones[] = {"]
    for name in sorted(found):
        at, packed, plain = places[found[name]]
        out.append(f'{{"{name}", kBytes + {at}, {packed}, {plain}}},')
    out += ["{}};", f"const size_t kFrozenZoneCount = {len(found)};",
            f'const char kFrozenZoneVersion[] = "{version_of(folder)}";', "}  // namespace hog::zoneinfo"]
    with open(output, "w", encoding="ascii") as file:
        file.write("\n".join(out) + "\n")


if __name__ == "__main__":
    main()
