#!/usr/bin/env bash
# Starts processes of this host and tells whether they serve.

set -u

BIN="$(cd -P -- "$(dirname -- "$(readlink -f -- "$0")")" && pwd -P)"
. "${BIN}/../libexec/alluxio-config.sh"
. "${BIN}/../libexec/alluxio-process.sh"

usage() {
  cat <<'TEXT'
Usage: alluxio-start.sh [-hNwa] [-i backup] ACTION [MOPT] [-f] [-c cache]
Where ACTION is one of:
  all [MOPT]     	Start master and worker on this host; other hosts are not there yet.
  local [MOPT]   	Start all processes locally.
  master         	Start the local master on this node.
  worker [MOPT]  	Start a worker on this node.
  restart_worker 	Restart a failed worker on this node.
  safe           	Run continuously and start the master if it's not running.
Not there yet: masters, workers, restart_workers, secondary_master, job_master, job_masters,
job_worker, job_workers, proxy, proxies, logserver.

MOPT (Mount Option) is one of:
  Mount    	Mount the configured RamFS if it is not already mounted.
  SudoMount	Mount the configured RamFS using sudo if it is not already mounted.
  NoMount  	Do not mount the configured RamFS.
           	Notice: to avoid sudo requirement but using tmpFS in Linux,
           	set ALLUXIO_RAM_FOLDER=/dev/shm on each worker and use NoMount.
  NoMount is assumed if MOPT is not specified; SudoMount with -f.

-a         asynchronous: return before the processes answer.
-c cache   not there yet.
-f         format journal and worker folders on this host first.
-h         display this help.
-i backup  not there yet.
-N         do not try to kill previous running processes before starting new ones.
-w         wait for processes to end before returning.
TEXT
}

wrong_usage() {
  [[ $# -eq 0 ]] || echo "Error: $*" >&2
  usage >&2
  exit 1
}

is_mounted_in_memory() {
  local kind folder="$1"
  # A folder that is not there yet will be made on the disk of the nearest one that is.
  while [[ "${folder}" == /*/* && ! -e "${folder}" ]]; do folder="${folder%/*}"; done
  kind="$(findmnt -n -o FSTYPE --target "${folder}" 2>/dev/null | tail -n 1)"
  [[ "${kind}" == tmpfs || "${kind}" == ramfs ]]
}

# Empty when the first tier is not in memory.
memory_tier_path() {
  local alias
  alias="$(alluxio_property alluxio.worker.tieredstore.level0.alias)" || exit 1
  [[ "${alias}" == MEM ]] || return 0
  alluxio_property alluxio.worker.tieredstore.level0.dirs.path || exit 1
}

check_or_mount() {
  local path
  case "${MOUNT}" in
    NoMount)
      path="$(memory_tier_path)" || exit 1
      [[ -n "${path}" ]] || return 0
      if ! is_mounted_in_memory "${path}"; then
        echo "ERROR: Ramdisk ${path} is not mounted with mount option NoMount." \
          "Use alluxio-mount.sh to mount ramdisk." >&2
        exit 1
      fi
      ;;
    Mount | SudoMount)
      path="$(memory_tier_path)" || exit 1
      if [[ -z "${path}" ]]; then
        echo "Can't Mount/SudoMount when alluxio.worker.tieredstore.level0.alias is not MEM" >&2
        exit 1
      fi
      if is_mounted_in_memory "${path}"; then
        echo "Ramdisk already mounted. Skipping mounting procedure."
      else
        echo "Ramdisk not detected. Mounting..."
        if ! "${BIN}/alluxio-mount.sh" "${MOUNT}"; then
          echo "Mount failed, not starting worker" >&2
          exit 1
        fi
      fi
      ;;
  esac
}

format_if_asked() {
  [[ "${FORMAT}" == yes ]] || return 0
  "${BIN}/alluxio" "$1" || exit 1
}

# The folder of files that the settings do not name is part of the installation. One they name is
# never made here: it may be a file system that is not mounted.
make_default_store() {
  local store folder
  store="$(alluxio_property alluxio.master.mount.table.root.ufs)" || exit 1
  folder="$(alluxio_property alluxio.work.dir)" || exit 1
  [[ "${store}" == "${folder}/underFSStorage" ]] || return 0
  mkdir -p -- "${store}" || exit 1
}

# Starts the roles named, in order, each once the one before it serves.
start() {
  local role arguments=() master
  master="$(alluxio_property alluxio.master.hostname)" || exit 1
  # As Alluxio does: everything on this host means a master that is called localhost.
  if [[ "${ACTION}" == local && -z "${master}" ]]; then
    arguments=(-Dalluxio.master.hostname=localhost)
  fi
  for role in "$@"; do
    [[ "${role}" != master ]] || make_default_store
    launch "${role}" ${arguments[0]+"${arguments[@]}"}
    [[ "${ASYNC}" == yes ]] || await_service "${role}" || exit 1
  done
}

stop_first() {
  [[ "${KILL}" == yes ]] || return 0
  local role
  for role in "$@"; do
    if pid_of "${role}" > /dev/null; then stop_role "${role}" || exit 1; fi
  done
}

parse() {
  ASYNC=no KILL=yes WAIT=no FORMAT=no MOUNT=""
  local option
  while getopts ":haNwi:" option; do
    case "${option}" in
      h) usage; exit 0 ;;
      a) ASYNC=yes ;;
      N) KILL=no ;;
      w) WAIT=yes ;;
      i) echo "Error: -i: restoring from a backup is not there yet" >&2; exit 1 ;;
      *) wrong_usage ;;
    esac
  done
  shift $((OPTIND - 1))
  [[ $# -gt 0 ]] || wrong_usage "no ACTION specified"
  ACTION="$1"
  shift
  case "${ACTION}" in
    all | local | worker | restart_worker)
      case "${1:-}" in
        Mount | SudoMount | NoMount) MOUNT="$1"; shift ;;
        "" | -*) ;;
        *) wrong_usage "Invalid mount mode: $1" ;;
      esac
      ;;
  esac
  while [[ $# -gt 0 ]]; do
    case "$1" in
      -f) FORMAT=yes ;;
      -c) echo "Error: -c: copying a folder into the cache is not there yet" >&2; exit 1 ;;
      *) wrong_usage ;;
    esac
    shift
  done
}

assume_mount() {
  [[ -z "${MOUNT}" ]] || return 0
  if [[ "${FORMAT}" == yes ]]; then
    echo "Assuming SudoMount given -f option."
    MOUNT=SudoMount
  else
    echo "Assuming NoMount by default."
    MOUNT=NoMount
  fi
}

run_safe() {
  while true; do
    if ! pid_of master > /dev/null; then
      echo "Restarting the system master..."
      make_default_store
      launch master
    fi
    echo "Alluxio is running... "
    sleep 2
  done
}

main() {
  parse "$@"
  case "${ACTION}" in
    all | local)
      assume_mount
      check_or_mount
      stop_first worker master
      format_if_asked format
      start master worker
      echo "job_master, job_worker and proxy are not there yet: skipped."
      ;;
    master)
      stop_first master
      format_if_asked formatJournal
      start master
      ;;
    worker)
      assume_mount
      check_or_mount
      stop_first worker
      format_if_asked formatWorker
      start worker
      ;;
    restart_worker)
      if ! pid_of worker > /dev/null; then start worker; fi
      ;;
    safe) run_safe ;;
    masters | workers | restart_workers)
      echo "Error: ${ACTION}: starting other hosts over ssh is not there yet" >&2
      exit 1
      ;;
    secondary_master | job_master | job_masters | job_worker | job_workers | proxy | proxies | \
      logserver)
      echo "Error: ${ACTION} is not there yet" >&2
      exit 1
      ;;
    *) wrong_usage "Invalid ACTION: ${ACTION}" ;;
  esac
  if [[ "${WAIT}" == yes ]]; then wait; fi
}

main "$@"
