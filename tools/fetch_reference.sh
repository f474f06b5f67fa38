#!/usr/bin/env bash
# CPython 3.14 to compare with, in build/deps/cpython314 (python3.14 there): unpacked, never installed, from the same
# packages as the library. Does nothing where HOGNOSE_REFERENCE or /opt/cpython314/python3.14 is one already.
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
for ready in "${HOGNOSE_REFERENCE:-}" /opt/cpython314/python3.14 "$top/build/deps/cpython314/python3.14"; do
  [ -z "$ready" ] || [ ! -x "$ready" ] || exit 0
done
dir=$top/build/deps/cpython314
rm -rf "$dir"; mkdir -p "$dir"
"$top/tools/fetch_debs.sh" --newer "$dir/root" python3.14-minimal python3.14 libpython3.14-minimal libpython3.14-stdlib \
  libc6 libexpat1 zlib1g libssl3t64 libbz2-1.0 liblzma5 libffi8 libsqlite3-0 libuuid1 libzstd1 libmpdec4 libcrypt1 \
  libgcc-s1 libstdc++6
command -v patchelf >/dev/null || apt-get install -y -qq patchelf >&2
lib=$dir/root/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo x86_64-linux-gnu)
patchelf --set-interpreter "$(find "$lib" -name 'ld-linux-*.so.*' | head -n 1)" --force-rpath --set-rpath "$lib" "$dir/root/usr/bin/python3.14"
ln -s root/usr/bin/python3.14 "$dir/python3.14"
"$dir/python3.14" -c 'import sys; print("reference:", sys.version)'
