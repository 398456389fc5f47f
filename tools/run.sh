#!/usr/bin/env bash
# What "make run" does after the build: settings, format on first use, start, prove, tell.

set -euo pipefail

ROOT="$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)"
. "${ROOT}/libexec/alluxio-config.sh"
. "${ROOT}/libexec/alluxio-process.sh"
SITE="${ALLUXIO_CONF_DIR}/alluxio-site.properties"

# A folder for blocks that no other installation on this machine keeps some in.
unused_folder() {
  local folder="$1" number=1
  while [[ -n "$(ls -A -- "${folder}/alluxioworker" 2>/dev/null)" ]]; do
    number=$((number + 1))
    folder="$1-${number}"
  done
  echo "${folder}"
}

# Whether this user may mount a tmpfs; root of a container often may not.
may_mount() {
  [[ "$(id -u)" == 0 ]] && unshare --mount mount -t tmpfs tmpfs /mnt 2>/dev/null
}

# The template keeps blocks in /dev/shm. Containers often have 64 MB there: then the memory tier
# becomes a tmpfs of its own, or, where that cannot be mounted, a folder on disk.
create_settings() {
  cp -- "${ALLUXIO_CONF_DIR}/alluxio-site.properties.template" "${SITE}"
  echo "Created ${SITE}"
  local free folder
  folder="$(unused_folder /dev/shm/alluxio)"
  sed -i "s|^\(alluxio.worker.tieredstore.level0.dirs.path\)=.*|\1=${folder}|" "${SITE}"
  free="$(df --output=avail -B1 /dev/shm 2>/dev/null | tail -n 1 | tr -d ' ' || echo 0)"
  if ((free >= 1200000000)); then return; fi
  if may_mount; then
    sed -i 's|^\(alluxio.worker.tieredstore.level0.dirs.path\)=.*|\1=/mnt/ramdisk|' "${SITE}"
  else
    sed -i -e 's|^# \(alluxio.worker.tieredstore.level0.alias\)=.*|\1=SSD|' \
      -e 's|^\(alluxio.worker.tieredstore.level0.dirs.path\)=.*|\1=${alluxio.work.dir}/blocks|' \
      "${SITE}"
    mkdir -p -- "${ALLUXIO_HOME}/blocks"
    echo "/dev/shm is too small and nothing can be mounted: blocks are kept on disk."
  fi
}

# Installed, the pages are in webui/; in a source tree that is where their sources are.
tell_where_pages_are() {
  grep -q '^alluxio.web.resources=' "${SITE}" ||
    printf '\nalluxio.web.resources=${alluxio.home}/build/webui\n' >> "${SITE}"
}

# NoMount, unless root has to mount the folder first.
mount_option() {
  local folder alias
  folder="$(alluxio_property alluxio.worker.tieredstore.level0.dirs.path)"
  alias="$(alluxio_property alluxio.worker.tieredstore.level0.alias)"
  if [[ "${folder}" == /dev/shm* || "${alias}" != MEM || "$(id -u)" != 0 ]]; then
    echo NoMount
  else
    echo Mount
  fi
}

is_formatted() {
  local folder
  folder="$(alluxio_property alluxio.master.journal.folder)"
  [[ -n "$(ls -A -- "${folder#file://}" 2>/dev/null)" ]]
}

# Running processes stay when they are of this very build.
is_current() {
  local role pid_file
  for role in master worker; do
    pid_of "${role}" > /dev/null || return 1
    pid_file="${ALLUXIO_RUN_DIR}/${role}.pid"
    [[ "$(alluxio_program "$(program_of "${role}")")" -nt "${pid_file}" ]] && return 1
    [[ "${SITE}" -nt "${pid_file}" ]] && return 1
    [[ "${ROOT}/build/webui.digest" -nt "${pid_file}" ]] && return 1  # Servers read pages once.
  done
  return 0
}

[[ -e "${SITE}" ]] || create_settings
tell_where_pages_are
"${ROOT}/bin/alluxio" validateConf
if is_current; then
  echo "Master and worker run already."
else
  if ! is_formatted; then
    # The mount has to be there before the worker's folders are made in it.
    "${ROOT}/bin/alluxio" formatJournal
  fi
  "${ROOT}/bin/alluxio-start.sh" local "$(mount_option)"
fi
"${ROOT}/bin/alluxio" runTests

cat <<TEXT

Alluxio runs.
  master    $(alluxio_property alluxio.master.hostname):$(alluxio_property alluxio.master.rpc.port)
  worker    port $(alluxio_property alluxio.worker.rpc.port), blocks in $(
    alluxio_property alluxio.worker.tieredstore.level0.dirs.path)
  pages     http://$(alluxio_property alluxio.master.hostname):$(
    alluxio_property alluxio.master.web.port)
  files     $(alluxio_property alluxio.master.mount.table.root.ufs)
  journal   $(alluxio_property alluxio.master.journal.folder)
  settings  ${SITE}
  logs      ${ALLUXIO_LOGS_DIR}
Try "bin/alluxio fs ls /"; stop it with "make stop".
TEXT
