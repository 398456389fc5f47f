#!/usr/bin/env bash
# Builds ufs-bridge into OUTPUT, the static library that the C++ programs link.
#   build_bridge.sh OUTPUT        build_bridge.sh --test (the crate's own tests)
# What was compiled is kept outside the tree, as ccache does for C++: the dependencies by lock file
# and compiler, the library itself by its sources too, so a fresh checkout does not start over.

set -euo pipefail

ROOT="$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)"
CRATE="${ROOT}/ufs-bridge"
OUTPUT="$1"
CACHE="${ALLUXIO_CACHE:-${XDG_CACHE_HOME:-${HOME}/.cache}/alluxio}/ufs-bridge"
KEPT=4  # libraries, and folders of dependencies, that are not deleted

PATH="${PATH}:${HOME}/.cargo/bin"
if ! command -v cargo > /dev/null; then
  echo "build_bridge.sh: no cargo; see https://rustup.rs" >&2
  exit 1
fi
# Neither the source of a panic nor anything else in the library names a folder of this machine.
export RUSTFLAGS="--remap-path-prefix=${CARGO_HOME:-${HOME}/.cargo}=cargo"

digest() { cat "$@" | sha256sum | cut -c1-16; }
COMPILER="$(rustc --version; printf '%s' "${RUSTFLAGS}")"
DEPENDENCIES="$(digest "${CRATE}/Cargo.toml" "${CRATE}/Cargo.lock" <(printf '%s' "${COMPILER}"))"
mapfile -t SOURCES < <(find "${CRATE}/src" -name '*.rs' | LC_ALL=C sort)
LIBRARY="${CACHE}/${DEPENDENCIES}-$(digest "${SOURCES[@]}").a"

export CARGO_TARGET_DIR="${CACHE}/target-${DEPENDENCIES}"
mkdir -p -- "${CACHE}"
exec 7> "${CACHE}/lock"
flock 7
# The folder is shared by checkouts, whose sources cargo tells apart by their times only.
forget_crate() {
  cargo clean --quiet --release --locked --package ufs-bridge \
    --manifest-path "${CRATE}/Cargo.toml" 7>&-
}
if [[ "${OUTPUT}" == --test ]]; then
  forget_crate
  cargo test --release --locked --manifest-path "${CRATE}/Cargo.toml" 7>&- 2>&1 |
    awk '{ print }
         /^test result:/ { passed += $4; failed += $6 }
         END { print passed + 0 " passed, " failed + 0 " failed" }'
  exit
fi
mkdir -p -- "$(dirname -- "${OUTPUT}")"
if [[ ! -f "${LIBRARY}" ]]; then
  # What other versions of the lock file left behind, the oldest first.
  find "${CACHE}" -maxdepth 1 \( -name 'target-*' -o -name '*.a' \) -printf '%T@ %y %p\n' |
    sort -rn | awk -v kept="${KEPT}" '++seen[$2] >= kept { print $3 }' | xargs -r rm -rf --
  forget_crate
  cargo build --release --locked --manifest-path "${CRATE}/Cargo.toml" 7>&-
  cp -- "${CARGO_TARGET_DIR}/release/libufs_bridge.a" "${LIBRARY}.new"
  mv -- "${LIBRARY}.new" "${LIBRARY}"
fi
touch -- "${LIBRARY}"
cmp -s -- "${LIBRARY}" "${OUTPUT}" || cp -- "${LIBRARY}" "${OUTPUT}"
touch -- "${OUTPUT}"
