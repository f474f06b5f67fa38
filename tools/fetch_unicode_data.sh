#!/usr/bin/env bash
# Puts the Unicode character database under build/deps/unicode-data (or DIR): the text files of Debian's unicode-data
# package of a suite that has version 16.0 or newer, unpacked, never installed. Usage: fetch_unicode_data.sh [DIR]
# HOGNOSE_DEPS_CACHE names a folder of ready copies; what it lacks is put there.
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
target=${1:-$top/build/deps/unicode-data}
proof=UnicodeData.txt
[ ! -e "$target/$proof" ] || exit 0
mkdir -p "$(dirname "$target")"
exec 9>"$target.lock"; flock 9
[ ! -e "$target/$proof" ] || exit 0

files=(UnicodeData.txt DerivedAge.txt DerivedCoreProperties.txt DerivedNormalizationProps.txt EastAsianWidth.txt
  LineBreak.txt CaseFolding.txt SpecialCasing.txt CompositionExclusions.txt NormalizationCorrections.txt
  NameAliases.txt NamedSequences.txt Unihan_NumericValues.txt.bz2 NormalizationTest.txt.bz2)

place() {  # place FROM TO: the files we need; a copy appears whole or not at all
  rm -rf "$2.new.$$"; mkdir -p "$2.new.$$"
  (cd "$1" && cp "${files[@]}" "$2.new.$$")
  rm -rf "$2"; mv "$2.new.$$" "$2"
}

cached=${HOGNOSE_DEPS_CACHE:+$HOGNOSE_DEPS_CACHE/unicode-data}
if [ -n "$cached" ] && [ -e "$cached/$proof" ]; then place "$cached" "$target"; exit 0; fi

root=$(mktemp -d "$target.XXXXXX"); trap 'rm -rf "$root"' EXIT
echo "fetching unicode-data ..." >&2
"$top/tools/fetch_debs.sh" --newer "$root" unicode-data
place "$root/usr/share/unicode" "$target"
if [ -n "$cached" ] && [ ! -e "$cached/$proof" ]; then mkdir -p "$HOGNOSE_DEPS_CACHE"; place "$target" "$cached"; fi
