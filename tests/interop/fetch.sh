#!/usr/bin/env bash
# Brings what tests/interop runs into <cache>/interop: the Go client, built; jars and classes of the
# Java one, in both releases of grpc-java. grpcurl comes from tests/backends/fetch.sh.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
cache="${ALLUXIO_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/alluxio}/interop"
PATH="$PATH:/usr/local/go/bin"
mkdir -p "$cache"
exec 9> "$cache/lock"
flock 9
"$here/../backends/fetch.sh" grpcurl

of() { cat "$@" | sha256sum | cut -c1-16; }

go_client="$cache/interop-go.$(of "$here"/go/*)"
if [ ! -x "$go_client" ]; then
  rm -f "$cache"/interop-go.*
  (cd "$here/go" && CGO_ENABLED=0 go build -o "$go_client" .)
fi
ln -sf "$(basename "$go_client")" "$cache/interop-go"

for release in 1.37 1.54; do
  stamp="$cache/java-$release.$(of "$here/java/$release/pom.xml")"
  if [ ! -f "$stamp" ] ||
      ! tr ':' '\n' < "$cache/java-$release.cp" | xargs -r ls > /dev/null 2>&1; then
    for attempt in 1 2 3; do
      mvn -B -q -f "$here/java/$release/pom.xml" dependency:build-classpath \
          -Dmdep.outputFile="$cache/java-$release.cp" && break
      [ "$attempt" = 3 ] && { echo "Maven could not resolve grpc-java $release" >&2; exit 1; }
      sleep 5
    done
    touch "$stamp"
  fi
done
# Compiled against the older one: the newer must run it too.
classes="$cache/classes-$(of "$here"/java/*.java "$cache/java-1.37.cp")"
if [ ! -d "$classes" ]; then
  rm -rf "$cache"/classes-*
  javac -nowarn -proc:none -d "$classes.tmp" -cp "$(cat "$cache/java-1.37.cp")" "$here"/java/*.java
  mv "$classes.tmp" "$classes"
fi
ln -sfn "$(basename "$classes")" "$cache/classes"
