#!/usr/bin/env bash
# Shows that the README's commands work on a fresh machine: a Debian 12 root made by debootstrap, holding nothing but
# its minimal base system and a clone of this repository's HEAD. Each command gets a root of its own, and its time is told.
# Usage (as root): check_fresh_machine.sh [WORK_FOLDER] [COMMAND...]; without commands, the two of the README.
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
work=${1:-/var/tmp/hognose-fresh}; [ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- "./dev run examples/solar_system.py" "./dev test"
mkdir -p "$work"
command -v debootstrap >/dev/null || apt-get install -y -qq debootstrap >&2
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -m1 '/debian/$')

if [ ! -e "$work/base/.complete" ]; then
  rm -rf "$work/base"
  debootstrap --variant=minbase bookworm "$work/base" "$mirror" >"$work/debootstrap.log" 2>&1 ||
    { tail -n 20 "$work/debootstrap.log" >&2; exit 1; }
  touch "$work/base/.complete"
fi

root=
leave() {
  [ -n "$root" ] || return 0
  for place in proc dev/pts dev sys; do ! mountpoint -q "$root/$place" || umount -l "$root/$place"; done
  rm -rf --one-file-system "$root"
  root=
}
trap leave EXIT

failed=0 passed=0
for command in "$@"; do
  root=$work/root
  leave; root=$work/root
  cp -a "$work/base" "$root"
  mount -t proc proc "$root/proc"; mount --rbind /dev "$root/dev"; mount --make-rslave "$root/dev"
  [ ! -e /etc/resolv.conf ] || cp -L /etc/resolv.conf "$root/etc/resolv.conf"
  cp /etc/hosts "$root/etc/hosts"
  cp /etc/apt/apt.conf.d/*proxy* "$root/etc/apt/apt.conf.d/" 2>/dev/null || true
  git clone -q --no-hardlinks "$top" "$root/hognose"
  started=$SECONDS
  if chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb \
      bash -c "cd /hognose && $command" </dev/null >"$work/output" 2>&1; then
    passed=$((passed + 1)) verdict=works
  else
    failed=$((failed + 1)) verdict="FAILS, exit code $?"
  fi
  tail -n 15 "$work/output"
  echo "--- '$command' $verdict after $((SECONDS - started)) s"
  leave
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
