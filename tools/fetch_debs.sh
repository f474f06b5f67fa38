#!/usr/bin/env bash
# Unpacks Debian packages into a folder, without installing them.
# Usage: fetch_debs.sh [--newer] DIR PACKAGE...
# They come from this machine's own suite where it has all of them, else (or with --newer) from a newer suite of
# the same mirror. DIR/.versions lists what was unpacked. Needs apt-get and dpkg; needs no root.
set -euo pipefail
own=yes
if [ "${1:-}" = --newer ]; then own=no; shift; fi
dir=$(mkdir -p "${1:?usage: fetch_debs.sh [--newer] DIR PACKAGE...}" && cd "$1" && pwd); shift
top=$(cd "$(dirname "$0")/.." && pwd)
. "$top/tools/debian_suites.sh"

work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
cd "$work"

download() {
  rm -f ./*.deb
  apt-get -qq -o APT::Sandbox::User=root "$@" download "${packages[@]}" >log 2>&1
}

packages=("$@")
{ [ $own = yes ] && download; } || try_newer_suites deb ||
  { cat log >&2; echo "fetch_debs: no suite has all of: ${packages[*]}" >&2; exit 1; }

for deb in ./*.deb; do
  dpkg -x "$deb" "$dir"
  dpkg-deb -W --showformat '${Package} ${Version}\n' "$deb" >>"$dir/.versions"
done
