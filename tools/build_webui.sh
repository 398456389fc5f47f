#!/usr/bin/env bash
# Builds the web pages (webui/) into OUTPUT, build/webui when none is named; does nothing when that
# was made from the same sources.
#   build_webui.sh [OUTPUT]      build_webui.sh --modules (only the libraries, for tests)
#   build_webui.sh --test (unit tests)
# Libraries are what package-lock.json pins. They are kept outside the tree by the digest of that
# file, as ccache does for C++, and webui/node_modules points there.

set -euo pipefail

ROOT="$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)"
SOURCE="${ROOT}/webui"
OUTPUT="${ROOT}/build/webui"
[[ "${1:-}" == "" || "$1" == --* ]] || OUTPUT="$1"
CACHE="${ALLUXIO_CACHE:-${XDG_CACHE_HOME:-${HOME}/.cache}/alluxio}/webui"
KEPT=3  # folders of libraries that are not deleted
LEAST_NODE=18

node="$(node --version 2>/dev/null || true)"
if [[ -z "${node}" ]] || ! dpkg --compare-versions "${node#v}" ge "${LEAST_NODE}"; then
  echo "build_webui.sh: the web pages need Node of at least ${LEAST_NODE}; found ${node:-none}." \
    "See https://nodejs.org" >&2
  exit 1
fi
if ! command -v npm > /dev/null; then
  echo "build_webui.sh: there is Node but no npm; it comes with Node, in Debian as package npm" >&2
  exit 1
fi

digest() { sha256sum | cut -c1-16; }

# The digest of everything the pages are made of: names and contents.
sources_digest() {
  (cd -- "${SOURCE}" && find . -path ./node_modules -prune -o -path ./test -prune -o \
    -name '*.md' -prune -o -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum) | digest
}

STAMP="${OUTPUT}.digest"
SOURCES="$(sources_digest)"
if [[ "${1:-}" != --* && -f "${OUTPUT}/index.html" && -f "${STAMP}" &&
      "$(< "${STAMP}")" == "${SOURCES}" ]]; then
  exit 0
fi

LIBRARIES="${CACHE}/$(cat "${SOURCE}/package-lock.json" <(uname -sm) | digest)"
mkdir -p -- "${CACHE}"
exec 7> "${CACHE}/lock"
flock 7
if [[ ! -d "${LIBRARIES}" ]]; then
  rm -rf -- "${CACHE}/new"
  mkdir -- "${CACHE}/new"
  cp -- "${SOURCE}/package.json" "${SOURCE}/package-lock.json" "${CACHE}/new/"
  # No library has to run anything when it is installed.
  npm ci --prefix "${CACHE}/new" --ignore-scripts --no-audit --no-fund --loglevel=error 7>&-
  find "${CACHE}" -mindepth 1 -maxdepth 1 -type d ! -name new -printf '%T@ %p\n' | sort -rn |
    awk -v kept="${KEPT}" 'NR >= kept { print $2 }' | xargs -r rm -rf --
  mv -- "${CACHE}/new" "${LIBRARIES}"
fi
touch -- "${LIBRARIES}"
[[ -L "${SOURCE}/node_modules" ]] || rm -rf -- "${SOURCE}/node_modules"
ln -sfn -- "${LIBRARIES}/node_modules" "${SOURCE}/node_modules"
flock -u 7

cd -- "${SOURCE}"
case "${1:-}" in
  --modules)
    exit 0
    ;;
  --test)
    node_modules/.bin/tsc --noEmit
    rm -rf -- "${ROOT}/build/webui-tests"
    node_modules/.bin/esbuild test/*.test.ts --bundle --platform=node --format=esm \
      --jsx=automatic --log-level=error --out-extension:.js=.mjs \
      --outdir="${ROOT}/build/webui-tests"
    exec node --test --test-reporter="${SOURCE}/test/count_reporter.mjs" \
      "${ROOT}"/build/webui-tests/*.mjs
    ;;
esac

node_modules/.bin/tsc --noEmit
mkdir -p -- "$(dirname -- "${OUTPUT}")"
node_modules/.bin/vite build --logLevel warn --outDir "${OUTPUT}.new"
rm -rf -- "${OUTPUT}"
mv -- "${OUTPUT}.new" "${OUTPUT}"
printf '%s' "${SOURCES}" > "${STAMP}"
