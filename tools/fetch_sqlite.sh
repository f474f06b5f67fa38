#!/usr/bin/env bash
# Puts SQLite under build/deps/sqlite: sqlite3.c in one piece, fit for isolates (tools/prepare_sqlite.py), and sqlite3.h; made from the
# source of a newer Debian suite's package. Usage: fetch_sqlite.sh
# HOGNOSE_DEPS_CACHE names a folder of ready copies (before they are made fit); what it lacks is put there.
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
target=$top/build/deps/sqlite
made=$target/.made-$(sha256sum "$top/tools/prepare_sqlite.py" | cut -c1-16)
[ ! -e "$made" ] || exit 0
mkdir -p "$target"
exec 9>"$top/build/deps/.sqlite.lock"; flock 9
[ ! -e "$made" ] || exit 0

cached=${HOGNOSE_DEPS_CACHE:+$HOGNOSE_DEPS_CACHE/sqlite}

# make_upstream SUITES: upstream.c and sqlite3.h, from the first of these suites that has the source.
make_upstream() {
  local root; root=$(mktemp -d "$top/build/deps/.sqlite.XXXXXX")
  echo "fetching the source of sqlite3 ($1) ..." >&2
  HOGNOSE_SUITES=$1 "$top/tools/fetch_source.sh" --newer "$root" sqlite3
  # Its build puts the pieces together with scripts for Tcl: new versions bring a small interpreter, older ones need tclsh.
  (cd "$root" && env -u CFLAGS -u CXXFLAGS ./configure && make sqlite3.c) >"$root/log" 2>&1 || { tail -n 20 "$root/log" >&2; exit 1; }
  cp "$root/sqlite3.h" "$target/"; cp "$root/sqlite3.c" "$target/upstream.c.new"; mv "$target/upstream.c.new" "$target/upstream.c"
  rm -rf "$root"
}
prepare() { python3 "$top/tools/prepare_sqlite.py" "$target/upstream.c" "$target/sqlite3.c.new" "$target/sqlite3_names.h"; }

if [ ! -e "$target/upstream.c" ] && [ -n "$cached" ] && [ -e "$cached/upstream.c" ]; then cp "$cached"/{sqlite3.h,upstream.c} "$target/"; fi
[ -e "$target/upstream.c" ] || make_upstream "forky sid"
# forky moves on, and a version of tomorrow may look different; the one of the stable release stays.
prepare || { make_upstream trixie && prepare; }
if [ -n "$cached" ] && [ ! -e "$cached/upstream.c" ]; then mkdir -p "$cached"; cp "$target"/{sqlite3.h,upstream.c} "$cached/"; fi
mv "$target/sqlite3.c.new" "$target/sqlite3.c"
rm -f "$target"/.made-*; touch "$made"
