#!/usr/bin/env bash
# Puts CPython 3.14's pure-Python library, or its test-suite, under build/deps: unpacked, never installed.
# Usage: fetch_stdlib.sh stdlib     -> build/deps/stdlib/os.py, ...
#        fetch_stdlib.sh testsuite  -> build/deps/testsuite/test/...   (a folder that holds nothing but test)
# HOGNOSE_DEPS_CACHE names a folder of ready copies; what it lacks is put there.
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
what=${1:?usage: fetch_stdlib.sh stdlib|testsuite}
case $what in
  stdlib) packages=(libpython3.14-minimal libpython3.14-stdlib); from=usr/lib/python3.14; proof=os.py ;;
  testsuite) packages=(libpython3.14-testsuite libpython3.14-stdlib); from=usr/lib/python3.14; proof=test/test_grammar.py ;;
  *) echo "fetch_stdlib: what is '$what'?" >&2; exit 2 ;;
esac
target=$top/build/deps/$what
[ ! -e "$target/$proof" ] || exit 0
mkdir -p "$top/build/deps"
exec 9>"$top/build/deps/.$what.lock"; flock 9
[ ! -e "$target/$proof" ] || exit 0

place() {  # place FROM TO: a copy appears whole or not at all
  rm -rf "$2.new.$$"; cp -a "$1" "$2.new.$$"; rm -rf "$2"; mv "$2.new.$$" "$2"
}

cached=${HOGNOSE_DEPS_CACHE:+$HOGNOSE_DEPS_CACHE/$what}
if [ -n "$cached" ] && [ -e "$cached/$proof" ]; then place "$cached" "$target"; exit 0; fi

root=$(mktemp -d "$top/build/deps/.$what.XXXXXX"); trap 'rm -rf "$root"' EXIT
echo "fetching ${packages[*]} ..." >&2
"$top/tools/fetch_debs.sh" "$root" "${packages[@]}"
tree=$root/$from
if [ "$what" = testsuite ]; then
  # The -stdlib package holds the first part of the test package (test/support); the rest of the library is not wanted.
  mkdir "$root/only"; mv "$tree/test" "$root/only/test"; tree=$root/only
else
  rm -rf "$tree/test" "$tree/lib-dynload"
  find "$tree" -xtype l -delete
fi
cp "$root/.versions" "$tree/.versions"
place "$tree" "$target"
if [ -n "$cached" ]; then mkdir -p "$HOGNOSE_DEPS_CACHE"; place "$target" "$cached" || echo "fetch_stdlib: cannot fill $HOGNOSE_DEPS_CACHE" >&2; fi
