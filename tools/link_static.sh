#!/usr/bin/env bash
# Links a program with the static forms of gRPC, Abseil and Protocol Buffers where they are there:
#   link_static.sh c++ ... /usr/lib/libgrpc++.so.1.51.1 ...
# A command of the shell lives for milliseconds; looking up the symbols of some fifty shared
# libraries took two thirds of them. Servers have fewer pages of them in memory.
set -euo pipefail

libraries='/lib(grpc|gpr|absl_|upb|protobuf|address_sorting|cares)[^/]*\.so[.0-9]*$'
words=()
for word in "$@"; do
  if [[ "${word}" =~ ${libraries} ]]; then
    archive="${word%%.so*}.a"
    [[ ! -e "${archive}" ]] || word="${archive}"
  fi
  words+=("${word}")
done
# What the archive of gRPC needs and its shared form had found by itself.
exec "${words[@]}" -lre2 -lssl -lcrypto
