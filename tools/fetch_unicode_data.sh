#!/usr/bin/env bash
# Unpacks the text files of Debian's unicode-data package (suite forky, from this machine's own mirror) into DIR,
# installing nothing. Usage: fetch_unicode_data.sh [DIR]; DIR is build/deps/unicode-data of this checkout by default.
# HOGNOSE_DEPS_CACHE may name a folder with a ready copy: its unicode-data/ folder, or a unicode-data_*.deb, is used.
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
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -m1 '/debian/$')
  mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror forky main" >"$work/sources.list"
  options=(-o Dir::Etc::sourcelist="$work/sources.list" -o Dir::Etc::sourceparts=/nonexistent
    -o Dir::State::Lists="$work/lists" -o Dir::Cache="$work/cache" -o APT::Sandbox::User=root -qq)
  apt-get "${options[@]}" update
  (cd "$work" && apt-get "${options[@]}" download unicode-data)
  deb=$(ls "$work"/unicode-data_*.deb)
fi
dpkg -x "$deb" "$work/root"
place "$work/root/usr/share/unicode"
