#!/usr/bin/env bash
# Packs build/release into dist/alluxio-<version>.tar.gz, which runs from any folder.

set -euo pipefail

ROOT="$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)"
VERSION="$(sed -n 's/^KEY("alluxio.version", kString, "\([^"]*\)".*/\1/p' \
  "${ROOT}/src/conf/keys/house.def")"
NAME="alluxio-${VERSION}"
STAGE="${ROOT}/dist/${NAME}"
"${ROOT}/tools/build_webui.sh"
rm -rf -- "${STAGE}"
mkdir -p -- "${STAGE}/bin" "${STAGE}/conf" "${STAGE}/libexec/bin" "${STAGE}/underFSStorage"
cp -p -- "${ROOT}"/bin/* "${STAGE}/bin/"
cp -p -- "${ROOT}"/libexec/*.sh "${STAGE}/libexec/"
cp -p -- "${ROOT}/conf/alluxio-site.properties.template" "${ROOT}/conf/masters" \
  "${ROOT}/conf/workers" "${STAGE}/conf/"
for program in AlluxioMaster AlluxioWorker AlluxioJobMaster AlluxioJobWorker alluxio-cli \
    alluxio-guardian; do
  objcopy --strip-debug "${ROOT}/build/release/bin/${program}" \
    "${STAGE}/libexec/bin/${program}"
done
cp -rp -- "${ROOT}/deploy" "${STAGE}/"
mkdir -p -- "${STAGE}/deploy/completion"
"${ROOT}/build/release/bin/alluxio-cli" completion bash > "${STAGE}/deploy/completion/alluxio.bash"
"${ROOT}/build/release/bin/alluxio-cli" completion zsh > "${STAGE}/deploy/completion/_alluxio"
cp -rp -- "${ROOT}/build/webui" "${STAGE}/"
cp -p -- "${ROOT}/LICENSE" "${ROOT}/README.md" "${STAGE}/"
{
  echo "# Debian 12 packages this needs to run: apt-get install \$(grep -v '#' PACKAGES)"
  awk '$1 == "run" {print $2}' "${ROOT}/tools/packages.txt"
} > "${STAGE}/PACKAGES"
tar -C "${ROOT}/dist" --owner=0 --group=0 --sort=name -czf "${ROOT}/dist/${NAME}.tar.gz" "${NAME}"
rm -rf -- "${STAGE}"
echo "dist/${NAME}.tar.gz $(stat -c %s "${ROOT}/dist/${NAME}.tar.gz") bytes"
