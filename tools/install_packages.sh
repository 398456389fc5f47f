#!/usr/bin/env bash
# Installs what tools/packages.txt lists and this machine lacks, and checks the tools that do not
# come from Debian.   install_packages.sh [build|test|clang|bench|vm|run]...   (default: build)

set -euo pipefail

HERE="$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)"
[[ $# -gt 0 ]] || set -- build

missing=()
while read -r when package least; do
  [[ -n "${when}" && "${when}" != \#* ]] || continue
  [[ " $* " == *" ${when} "* ]] || continue
  have="$(dpkg-query -W -f='${db:Status-Abbrev} ${Version}' "${package}" 2>/dev/null || true)"
  if [[ "${have}" != "ii "* ]] || ! dpkg --compare-versions "${have##* }" ge "${least}"; then
    missing+=("${package}")
  fi
done < "${HERE}/packages.txt"

if [[ ${#missing[@]} -gt 0 ]]; then
  echo "Installing: ${missing[*]}"
  as_root=()
  [[ "$(id -u)" == 0 ]] || as_root=(sudo)
  export DEBIAN_FRONTEND=noninteractive
  # A package of a server, such as sshd's, must not start one: the tests run their own.
  policy=/usr/sbin/policy-rc.d
  if [[ ! -e "${policy}" ]]; then
    trap '${as_root[0]+"${as_root[@]}"} rm -f -- "${policy}"' EXIT
    printf '#!/bin/sh\nexit 101\n' | ${as_root[0]+"${as_root[@]}"} tee "${policy}" > /dev/null
    ${as_root[0]+"${as_root[@]}"} chmod 755 "${policy}"
  fi
  ${as_root[0]+"${as_root[@]}"} apt-get update -q
  ${as_root[0]+"${as_root[@]}"} apt-get install -y -q --no-install-recommends "${missing[@]}"
fi

# Rust, Node and Go are expected of whoever works here; distributions carry too old ones.
failed=0
PATH="${PATH}:${HOME}/.cargo/bin:/usr/local/go/bin"
if [[ " $* " == *" test "* ]]; then  # Go builds the stores that tests run against
  go="$(go env GOVERSION 2>/dev/null || true)"
  if [[ -z "${go}" ]] || ! dpkg --compare-versions "${go#go}" ge 1.25; then
    echo "Error: Go of at least 1.25 is expected; found ${go:-none}. See https://go.dev" >&2
    failed=1
  fi
fi
[[ " $* " == *" build "* ]] || exit "${failed}"
rust="$(rustc --version 2>/dev/null | awk '{print $2}' || true)"
if [[ -z "${rust}" ]] || ! dpkg --compare-versions "${rust}" ge 1.91; then
  echo "Error: a Rust toolchain of at least 1.91 is expected; found ${rust:-none}." \
    "See https://rustup.rs" >&2
  failed=1
fi
node="$(node --version 2>/dev/null || true)"
if [[ -z "${node}" ]] || ! dpkg --compare-versions "${node#v}" ge 18; then
  echo "Error: Node of at least 18 is expected; found ${node:-none}. See https://nodejs.org" >&2
  failed=1
fi
exit "${failed}"
