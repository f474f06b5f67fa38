#!/usr/bin/env bash
# Puts the source of libmpdec (decimal arithmetic, for the module _decimal) under build/deps/mpdecimal: Debian's source package,
# unpacked; src/modules/decimal/libmpdec.cmake builds it. HOGNOSE_DEPS_CACHE names a folder of ready copies; what it lacks is put there.
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
target=$top/build/deps/mpdecimal
proof=libmpdec/mpdecimal.c
[ ! -e "$target/$proof" ] || exit 0
mkdir -p "$top/build/deps"
exec 9>"$target.lock"; flock 9
[ ! -e "$target/$proof" ] || exit 0

place() {  # place FROM TO: what we need; a copy appears whole or not at all
  rm -rf "$2.new.$$"; mkdir -p "$2.new.$$"
  (cd "$1" && cp -r .versions COPYRIGHT.txt libmpdec "$2.new.$$")
  rm -rf "$2"; mv "$2.new.$$" "$2"
}

cached=${HOGNOSE_DEPS_CACHE:+$HOGNOSE_DEPS_CACHE/mpdecimal}
if [ -n "$cached" ] && [ -e "$cached/$proof" ]; then place "$cached" "$target"; exit 0; fi

root=$(mktemp -d "$target.XXXXXX"); trap 'rm -rf "$root"' EXIT
echo "fetching mpdecimal ..." >&2
"$top/tools/fetch_source.sh" --newer "$root" mpdecimal
place "$root" "$target"
if [ -n "$cached" ] && [ ! -e "$cached/$proof" ]; then mkdir -p "$HOGNOSE_DEPS_CACHE"; place "$target" "$cached"; fi
