#!/usr/bin/env bash
# Unpacks the text files of Debian's unicode-data package (the newest that the mirror has) into DIR,
# installing nothing. Usage: fetch_unicode_data.sh [DIR]; DIR is build/deps/unicode-data of this checkout by default.
# HOGNOSE_DEPS_CACHE may name a folder with a ready copy: its unicode-data/ folder, or a unicode-data_*.deb, is used; what
# it lacks is put there.
set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
dir=${1:-$top/build/deps/unicode-data}
[ -f "$dir/UnicodeData.txt" ] && exit 0
mkdir -p "$(dirname "$dir")"
work=$(mktemp -d "$(dirname "$dir")/unicode-data.XXXXXX")
trap 'rm -rf "$work"' EXIT
wanted=(UnicodeData DerivedAge DerivedCoreProperties DerivedNormalizationProps EastAsianWidth LineBreak CaseFolding
  SpecialCasing CompositionExclusions NormalizationCorrections NameAliases NamedSequences)

place() {  # FOLDER: takes the files we need from it
  mkdir -p "$work/out"
  for name in "${wanted[@]}"; do cp "$1/$name.txt" "$work/out/"; done
  cp "$1/Unihan_NumericValues.txt.bz2" "$1/NormalizationTest.txt.bz2" "$work/out/"
  [ -d "$dir" ] && rmdir --ignore-fail-on-non-empty "$dir"
  mv -T "$work/out" "$dir" 2>/dev/null || [ -f "$dir/UnicodeData.txt" ]  # another configure may have been faster
}

cache=${HOGNOSE_DEPS_CACHE:-}
if [ -n "$cache" ] && [ -f "$cache/unicode-data/UnicodeData.txt" ]; then
  place "$cache/unicode-data"
  exit 0
fi
deb=
if [ -n "$cache" ]; then
  for candidate in "$cache"/unicode-data_*.deb; do [ -f "$candidate" ] && deb=$candidate; done
fi
if [ -z "$deb" ]; then
  "$top/tools/fetch_debs.sh" --newer "$work/root" unicode-data
else
  dpkg -x "$deb" "$work/root"
fi
place "$work/root/usr/share/unicode"
if [ -n "$cache" ] && [ ! -e "$cache/unicode-data" ]; then
  mkdir -p "$cache" && cp -a "$dir" "$cache/unicode-data.$$" && mv -T "$cache/unicode-data.$$" "$cache/unicode-data" ||
    echo "fetch_unicode_data: cannot fill $cache" >&2
fi
