#!/usr/bin/env bash
# Mounts and unmounts the memory tier of the worker on this host.

set -u

BIN="$(cd -P -- "$(dirname -- "$(readlink -f -- "$0")")" && pwd -P)"
. "${BIN}/../libexec/alluxio-config.sh"
. "${BIN}/../libexec/alluxio-cluster.sh"

usage() {
  echo "Usage: alluxio-mount.sh [Mount|SudoMount|Umount|SudoUmount] [local|workers]"
  echo "Mounts a tmpfs of alluxio.worker.ramdisk.size on the folder of the worker's memory tier,"
  echo "on this host (local, the default) or on every host of conf/workers."
}

# "1.5GB" as bytes, through the program so that there is one reader of sizes.
size_in_bytes() {
  local cli
  cli="$(alluxio_program alluxio-cli)" || exit 2
  "${cli}" getConf --unit B "$1"
}

mount_ramdisk() {
  local as_root=("$@") folder bytes
  folder="$(alluxio_property alluxio.worker.tieredstore.level0.dirs.path)" || exit 1
  bytes="$(size_in_bytes alluxio.worker.ramdisk.size)" || exit 1
  if [[ "${folder}" != /* || "${folder}" == / || "${folder}" == *,* ]]; then
    echo "Error: \"${folder}\" is not one absolute folder to mount on" >&2
    exit 1
  fi
  if [[ ! "${bytes}" =~ ^[0-9]+$ || "${bytes}" == 0 ]]; then
    echo "Error: alluxio.worker.ramdisk.size is \"${bytes}\", which is no size" >&2
    exit 1
  fi
  if mountpoint -q -- "${folder}"; then
    unmount_ramdisk ${as_root[0]+"${as_root[@]}"}
  fi
  echo "Formatting RamFS: ${folder} (${bytes})"
  ${as_root[0]+"${as_root[@]}"} mkdir -p -- "${folder}" || exit 1
  # Huge pages, where this kernel has them for a tmpfs: blocks of 2 MiB and more are written and
  # read several times as fast, and smaller ones take no more memory than otherwise.
  ${as_root[0]+"${as_root[@]}"} mount -t tmpfs -o "size=${bytes},mode=0777,huge=within_size" \
      tmpfs "${folder}" 2>/dev/null ||
    ${as_root[0]+"${as_root[@]}"} mount -t tmpfs -o "size=${bytes},mode=0777" tmpfs "${folder}"
}

unmount_ramdisk() {
  local as_root=("$@") folder
  folder="$(alluxio_property alluxio.worker.tieredstore.level0.dirs.path)" || exit 1
  if ! mountpoint -q -- "${folder}"; then
    echo "Nothing is mounted on ${folder}"
    return 0
  fi
  echo "Unmounting ${folder}"
  ${as_root[0]+"${as_root[@]}"} umount -- "${folder}"
}

case "${2:-local}" in
  local) ;;
  workers)
    case "${1:-}" in
      Mount | SudoMount | Umount | SudoUmount) ;;
      *) usage >&2; exit 1 ;;
    esac
    run_on_all workers "${BIN}/alluxio-mount.sh" "$1"
    exit
    ;;
  *) usage >&2; exit 1 ;;
esac
case "${1:-}" in
  Mount) mount_ramdisk ;;
  SudoMount) if [[ "$(id -u)" == 0 ]]; then mount_ramdisk; else mount_ramdisk sudo; fi ;;
  Umount) unmount_ramdisk ;;
  SudoUmount) if [[ "$(id -u)" == 0 ]]; then unmount_ramdisk; else unmount_ramdisk sudo; fi ;;
  -h) usage ;;
  *) usage >&2; exit 1 ;;
esac
