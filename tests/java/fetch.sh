#!/usr/bin/env bash
# Resolves the pinned Java test dependencies into the Maven cache and compiles the drivers.
# Leaves <cache>/java/{client,contract,server,old}.{cp,classes}.
#   fetch.sh [stores]      also the under stores of the Java servers, for the benchmarks
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
cache="${ALLUXIO_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/alluxio}/java"
mkdir -p "$cache"
client_jar="alluxio-shaded-client-2.9.6.jar"
if [ ! -f "$cache/$client_jar" ]; then
  echo "fetching $client_jar (first time only)"
  for attempt in 1 2 3; do
    mvn -B -q dependency:copy -Dartifact=org.alluxio:alluxio-shaded-client:2.9.6:jar \
        -DoutputDirectory="$cache" && break
    [ "$attempt" = 3 ] && { echo "Maven could not fetch $client_jar" >&2; exit 1; }
    sleep 5
  done
fi
for side in client contract server old "$@"; do
  stamp="$cache/$side.$(sha256sum "$here/$side/pom.xml" | cut -c1-16)"
  if [ ! -f "$stamp" ] || ! tr ':' '\n' < "$cache/$side.cp" | xargs -r ls > /dev/null 2>&1; then
    echo "resolving Java $side dependencies (first time only)"
    for attempt in 1 2 3; do
      mvn -B -q -f "$here/$side/pom.xml" dependency:build-classpath \
          -Dmdep.outputFile="$cache/$side.cp" && break
      [ "$attempt" = 3 ] && { echo "Maven could not resolve $side/pom.xml" >&2; exit 1; }
      sleep 5
    done
    if [ "$side" = client ] || [ "$side" = contract ]; then
      printf '%s:%s' "$cache/$client_jar" "$(cat "$cache/$side.cp")" > "$cache/$side.cp.new"
      mv "$cache/$side.cp.new" "$cache/$side.cp"
    fi
    touch "$stamp"
  fi
  if [ "$side" = old ] || [ "$side" = stores ]; then  # nothing of ours runs beside these
    mkdir -p "$cache/classes-$side"
    echo "$cache/classes-$side" > "$cache/$side.classes"
    continue
  fi
  # The contract classes are compiled against both releases of Hadoop.
  sources=("$here/src/$side"/*.java)
  [ "$side" = contract ] && sources=("$here/src/client/AlluxioContracts.java")
  hash="$(cat "${sources[@]}" "$cache/$side.cp" | sha256sum | cut -c1-16)"
  classes="$cache/classes-$side-$hash"
  if [ ! -d "$classes" ]; then
    rm -rf "$classes.tmp"
    mkdir -p "$classes.tmp"
    javac -nowarn -proc:none -d "$classes.tmp" -cp "$(cat "$cache/$side.cp")" \
      "${sources[@]}"
    mv "$classes.tmp" "$classes"
  fi
  echo "$classes" > "$cache/$side.classes"
done
