#!/usr/bin/env bash
# Unpacks the upstream source (the orig tarball alone, without Debian's patches) of a Debian source package into a folder.
# Usage: fetch_source.sh [--newer] DIR SOURCE-PACKAGE   -> DIR/configure, ...
# It comes from this machine's own suite where its sources are listed, else (or with --newer) from a newer suite of the
# same mirror. apt checks the archive's signature and every file's checksum. DIR/.versions tells what was unpacked.
# Needs apt-get, tar and xz; needs no root.
set -euo pipefail
own=yes
if [ "${1:-}" = --newer ]; then own=no; shift; fi
dir=$(mkdir -p "${1:?usage: fetch_source.sh [--newer] DIR SOURCE-PACKAGE}" && cd "$1" && pwd)
package=${2:?usage: fetch_source.sh [--newer] DIR SOURCE-PACKAGE}
top=$(cd "$(dirname "$0")/.." && pwd)
. "$top/tools/debian_suites.sh"

work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
cd "$work"

download() {
  rm -f ./*.tar.*
  # --tar-only: a mirror may lack a .dsc that its list names, and we need none.
  apt-get -qq -o APT::Sandbox::User=root "$@" source --download-only --only-source --tar-only "$package" >log 2>&1
}

{ [ $own = yes ] && download; } || try_newer_suites deb-src ||
  { cat log >&2; echo "fetch_source: no suite has the source of $package" >&2; exit 1; }

tarball=$(find . -name '*.orig.tar.*' ! -name '*.asc' | head -n1)
[ -n "$tarball" ] || { echo "fetch_source: $package has no orig tarball" >&2; exit 1; }
tar -xf "$tarball" -C "$dir" --strip-components=1 --no-same-owner
basename "$tarball" | sed 's/_/ /; s/\.orig\.tar.*//' >>"$dir/.versions"
