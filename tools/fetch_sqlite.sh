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
if [ ! -e "$target/upstream.c" ] && [ -n "$cached" ] && [ -e "$cached/upstream.c" ]; then cp "$cached"/{sqlite3.h,upstream.c} "$target/"; fi
if [ ! -e "$target/upstream.c" ]; then
  root=$(mktemp -d "$top/build/deps/.sqlite.XXXXXX"); trap 'rm -rf "$root"' EXIT
  echo "fetching the source of sqlite3 ..." >&2
  "$top/tools/fetch_source.sh" --newer "$root" sqlite3
  # Its build brings its own small interpreter for the scripts that put the pieces together.
  (cd "$root" && env -u CFLAGS -u CXXFLAGS ./configure && make sqlite3.c) >"$root/log" 2>&1 || { tail -n 20 "$root/log" >&2; exit 1; }
  cp "$root/sqlite3.h" "$target/"; cp "$root/sqlite3.c" "$target/upstream.c.new"; mv "$target/upstream.c.new" "$target/upstream.c"
  if [ -n "$cached" ] && [ ! -e "$cached/upstream.c" ]; then mkdir -p "$cached"; cp "$target"/{sqlite3.h,upstream.c} "$cached/"; fi
fi
python3 "$top/tools/prepare_sqlite.py" "$target/upstream.c" "$target/sqlite3.c.new" "$target/sqlite3_names.h"
mv "$target/sqlite3.c.new" "$target/sqlite3.c"
rm -f "$target"/.made-*; touch "$made"
