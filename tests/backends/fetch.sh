#!/usr/bin/env bash
# Brings the programs of the test backends, pinned, into <cache>/backends: once.
#   fetch.sh [hdfs|versitygw|azurite|gcs|toxiproxy]...    (default: all of these)
#   fetch.sh [h2spec|grpcurl]...                          for tests/interop
# Prints what it fetched and how long that took. Ends with 1 and the reason when something cannot be
# had; the others are fetched all the same.
set -uo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
cache="${ALLUXIO_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/alluxio}/backends"
PATH="$PATH:/usr/local/go/bin"
mkdir -p "$cache/bin"
exec 9> "$cache/lock"
flock 9  # two suites may begin at once

go_program() {  # <name of the program> <module path of its main> <version>
  local name="$1" path="$2" version="$3" got
  got="$cache/bin/$name.$version"
  ln -sf "$name.$version" "$cache/bin/$name"
  [ -x "$got" ] && return 0
  command -v go > /dev/null || {
    echo "Go of at least 1.25 is expected to build $name. See https://go.dev" >&2
    return 1
  }
  local where="$cache/build-$name"
  rm -rf "$where"
  mkdir -p "$where"
  # A module of our own that requires it: `go install` refuses modules with replace directives.
  (cd "$where" && go mod init alluxio.tests/backend && go get "$path@$version" \
      && CGO_ENABLED=0 go build -ldflags '-s -w' -o "$got" "$path") > "$where/log" 2>&1 || {
    tail -20 "$where/log" >&2
    return 1
  }
  rm -rf "$where"
}

fetch_toxiproxy() {
  go_program toxiproxy github.com/Shopify/toxiproxy/v2/cmd/server v2.12.0
}
fetch_versitygw() {
  go_program versitygw github.com/versity/versitygw/cmd/versitygw v1.7.0
}
fetch_gcs() {
  go_program fake-gcs-server github.com/fsouza/fake-gcs-server v1.54.0
}

fetch_h2spec() {
  go_program h2spec github.com/summerwind/h2spec/cmd/h2spec v2.2.1+incompatible
}
fetch_grpcurl() {
  go_program grpcurl github.com/fullstorydev/grpcurl/cmd/grpcurl v1.9.3
}

fetch_azurite() {
  local version=3.35.0 stamp
  stamp="$cache/azurite/$version"
  [ -f "$stamp" ] && return 0
  command -v npm > /dev/null || { echo "Node with npm is expected for azurite" >&2; return 1; }
  rm -rf "$cache/azurite"
  mkdir -p "$cache/azurite"
  npm install --no-audit --no-fund --omit=dev --prefix "$cache/azurite" "azurite@$version" \
      > "$cache/azurite/log" 2>&1 || { tail -20 "$cache/azurite/log" >&2; return 1; }
  touch "$stamp"
}

fetch_hdfs() {
  local stamp
  stamp="$cache/hdfs.$(sha256sum "$here/hdfs/pom.xml" | cut -c1-16)"
  [ -f "$stamp" ] && tr ':' '\n' < "$cache/hdfs.cp" | xargs -r ls > /dev/null 2>&1 && return 0
  local attempt
  for attempt in 1 2 3; do
    mvn -B -q -f "$here/hdfs/pom.xml" dependency:build-classpath \
        -Dmdep.outputFile="$cache/hdfs.cp" > "$cache/hdfs.log" 2>&1 && touch "$stamp" && return 0
    sleep $((attempt * 2))
  done
  tail -20 "$cache/hdfs.log" >&2
  return 1
}

[ $# -gt 0 ] || set -- hdfs toxiproxy versitygw azurite gcs
failed=0
for what in "$@"; do
  declare -F "fetch_$what" > /dev/null || { echo "fetch.sh: nobody knows $what" >&2; exit 2; }
  began=$SECONDS
  if "fetch_$what"; then
    [ $((SECONDS - began)) -lt 2 ] || echo "fetched $what in $((SECONDS - began)) s"
  else
    echo "cannot fetch $what: the reason stands above" >&2
    failed=1
  fi
done
exit "$failed"
