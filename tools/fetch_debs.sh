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

work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
cd "$work"

download() {  # download APT-OPTION...: one try, quiet; 0 when every package arrived
  rm -f ./*.deb
  apt-get -qq -o APT::Sandbox::User=root "$@" download "${packages[@]}" >log 2>&1
}

update() { apt-get -qq -o APT::Sandbox::User=root "${options[@]}" update >log 2>&1 && touch "$apt/updated"; }

# A mirror that lags behind serves a list past its Valid-Until date. For these lists of ours, and said aloud, an old
# one will do: the archive's signature is still checked, so what comes is at worst not the newest.
retry_expired() {
  echo "fetch_debs: the mirror's list of $suite is past its date; using it all the same (its signature is checked)" >&2
  options+=(-o Acquire::Check-Valid-Until=false)
}

packages=("$@")
found=no
if [ $own = yes ] && download; then found=yes; fi
if [ $found = no ]; then
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -m1 '/debian/$') ||
    { echo "fetch_debs: no Debian mirror among the machine's package sources" >&2; exit 1; }
  for suite in forky sid; do
    apt=$top/build/deps/apt/$suite; mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
    exec 8>"$apt/.lock"; flock 8
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" >"$apt/sources.list"
    options=(-o Dir::Etc::sourcelist="$apt/sources.list" -o Dir::Etc::sourceparts=/nonexistent
      -o Dir::State::Lists="$apt/lists" -o Dir::Cache="$apt/cache" -o Acquire::Languages=none -o Acquire::Retries=3)
    # A list of today is new enough; an older one may name packages that the mirror has replaced since.
    if [ -z "$(find "$apt/updated" -mmin -720 2>/dev/null)" ]; then
      update || { grep -q 'is expired' log && retry_expired && update; } || cat log >&2
    fi
    if download "${options[@]}"; then found=yes; break; fi
  done
fi
[ $found = yes ] || { cat log >&2; echo "fetch_debs: no suite has all of: ${packages[*]}" >&2; exit 1; }

for deb in ./*.deb; do
  dpkg -x "$deb" "$dir"
  dpkg-deb -W --showformat '${Package} ${Version}\n' "$deb" >>"$dir/.versions"
done
