#!/usr/bin/env bash
# Starts processes of this host and tells whether they serve.

set -u

BIN="$(cd -P -- "$(dirname -- "$(readlink -f -- "$0")")" && pwd -P)"
. "${BIN}/../libexec/alluxio-config.sh"
. "${BIN}/../libexec/alluxio-process.sh"
. "${BIN}/../libexec/alluxio-cluster.sh"
. "${BIN}/../libexec/alluxio-cache.sh"

usage() {
  cat <<'TEXT'
Usage: alluxio-start.sh [-hNwa] [-i backup] ACTION [MOPT] [-f] [-c cache]
Where ACTION is one of:
  all [MOPT]     	Start all masters, then all workers, each with its job process, on their nodes.
  job_master     	Start the job master on this node.
  job_masters    	Start job masters on master nodes.
  job_worker     	Start a job worker on this node.
  job_workers    	Start job workers on worker nodes.
  local [MOPT]   	Start all processes locally.
  master         	Start the local master on this node.
  masters        	Start masters on master nodes.
  worker [MOPT]  	Start a worker on this node.
  workers [MOPT] 	Start workers on worker nodes.
  restart_worker 	Restart a failed worker on this node.
  restart_workers	Restart any failed workers on worker nodes.
  safe           	Run continuously and start the master if it's not running.
Not there yet: proxy, proxies, logserver.

MOPT (Mount Option) is one of:
  Mount    	Mount the configured RamFS if it is not already mounted.
  SudoMount	Mount the configured RamFS using sudo if it is not already mounted.
  NoMount  	Do not mount the configured RamFS.
           	Notice: to avoid sudo requirement but using tmpFS in Linux,
           	set ALLUXIO_RAM_FOLDER=/dev/shm on each worker and use NoMount.
  NoMount is assumed if MOPT is not specified; SudoMount with -f.

-a         asynchronous: return before the processes answer.
-c cache   copy a folder that "alluxio-stop.sh worker -c cache" has made into the worker's memory
           tier before it starts, on each worker node; a tier that holds blocks is left alone.
-f         format first: journal and worker folders of all nodes for all, those of the ACTION else.
-h         display this help.
-i backup  a backup that "alluxio fsadmin backup" has written, of this or of Alluxio 2.x, to fill an
           empty journal from: a path in the root under store, or a URI.
-N         do not try to kill previous running processes before starting new ones.
-w         wait for processes to end before returning.

Nodes are started in parallel over ssh, with one line of result each; see also alluxio-workers.sh.
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
  local role arguments=() backup master
  master="$(alluxio_property alluxio.master.hostname)" || exit 1
  # As Alluxio does: everything on this host means a master that is called localhost.
  if [[ "${ACTION}" == local && -z "${master}" ]]; then
    arguments=(-Dalluxio.master.hostname=localhost)
  fi
  for role in "$@"; do
    [[ "${role}" != master ]] || make_default_store
    backup=()
    if [[ "${role}" == master && -n "${BACKUP}" ]]; then
      backup=("-Dalluxio.master.journal.init.from.backup=${BACKUP}")
    fi
    launch "${role}" ${arguments[0]+"${arguments[@]}"} ${backup[0]+"${backup[@]}"}
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
  ASYNC=no KILL=yes WAIT=no FORMAT=no MOUNT="" CACHE="" BACKUP=""
  local option
  while getopts ":haNwi:" option; do
    case "${option}" in
      h) usage; exit 0 ;;
      a) ASYNC=yes ;;
      N) KILL=no ;;
      w) WAIT=yes ;;
      i) BACKUP="${OPTARG}" ;;
      *) wrong_usage ;;
    esac
  done
  shift $((OPTIND - 1))
  [[ $# -gt 0 ]] || wrong_usage "no ACTION specified"
  ACTION="$1"
  shift
  case "${ACTION}" in
    all | local | worker | workers | restart_worker | restart_workers)
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
      -c)
        [[ -n "${2:-}" ]] || wrong_usage "-c needs the folder of a saved cache"
        CACHE="$2"
        shift
        ;;
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

# Starts ACTION $2 on the hosts of conf/$1: this script, there.
start_hosts() {
  local kind="$1" action="$2" options=()
  shift 2
  [[ "${ASYNC}" == no ]] || options+=(-a)
  [[ "${KILL}" == yes ]] || options+=(-N)
  [[ -z "${BACKUP}" || "${kind}" != masters ]] || options+=(-i "${BACKUP}")
  run_on_all "${kind}" "${BIN}/alluxio-start.sh" ${options[0]+"${options[@]}"} "${action}" "$@"
}

start_worker_hosts() {
  local options=("${MOUNT}")
  [[ -z "${CACHE}" ]] || options+=(-c "${CACHE}")
  start_hosts workers worker "${options[@]}"
}

# The masters first; what fails on one host keeps no other from starting.
start_all() {
  local failed=0
  if [[ "${FORMAT}" == yes ]]; then
    # Nothing may run while its folders are formatted; and several masters share one journal.
    "${BIN}/alluxio-stop.sh" all
    format_if_asked format
  fi
  start_hosts masters master || failed=1
  start_hosts masters job_master || failed=1
  start_worker_hosts || failed=1
  start_hosts workers job_worker || failed=1
  echo "proxies are not there yet: skipped."
  return "${failed}"
}

start_masters() {
  if [[ "${FORMAT}" == yes ]]; then
    "${BIN}/alluxio-stop.sh" masters
    format_if_asked formatMasters
  fi
  start_hosts masters master
}

start_workers() {
  if [[ "${FORMAT}" == yes ]]; then
    "${BIN}/alluxio-stop.sh" workers
    run_on_all workers "${BIN}/alluxio" formatWorker || return 1
  fi
  start_worker_hosts
}

start_local() {
  assume_mount
  check_or_mount
  stop_first job_worker worker job_master master
  if [[ "${FORMAT}" == yes ]]; then
    format_if_asked formatWorker
    format_if_asked formatJournal
  fi
  restore_cache_if_asked
  start master job_master worker job_worker
  echo "proxy is not there yet: skipped."
}

start_worker() {
  assume_mount
  check_or_mount
  stop_first worker
  format_if_asked formatWorker
  restore_cache_if_asked
  start worker
}

restore_cache_if_asked() {
  [[ -z "${CACHE}" ]] || restore_cache "${CACHE}" || exit 1
}

main() {
  local failed=0
  parse "$@"
  case "${ACTION}" in
    all)
      assume_mount
      start_all || failed=1
      ;;
    local) start_local ;;
    master)
      stop_first master
      format_if_asked formatJournal
      start master
      ;;
    masters) start_masters || failed=1 ;;
    worker) start_worker ;;
    workers)
      assume_mount
      start_workers || failed=1
      ;;
    restart_worker)
      if ! pid_of worker > /dev/null; then start worker; fi
      ;;
    restart_workers) start_hosts workers restart_worker || failed=1 ;;
    safe) run_safe ;;
    secondary_master)
      echo "Error: secondary_master: a standby master makes the checkpoints here. Start" \
        "\"master\" on another host, see docs/reference/several-masters.md" >&2
      exit 1
      ;;
    job_master | job_worker)
      stop_first "${ACTION}"
      start "${ACTION}"
      ;;
    job_masters) start_hosts masters job_master || failed=1 ;;
    job_workers) start_hosts workers job_worker || failed=1 ;;
    proxy | proxies | logserver)
      echo "Error: ${ACTION} is not there yet" >&2
      exit 1
      ;;
    *) wrong_usage "Invalid ACTION: ${ACTION}" ;;
  esac
  if [[ "${WAIT}" == yes ]]; then wait; fi
  exit "${failed}"
}

main "$@"
