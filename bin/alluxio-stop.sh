#!/usr/bin/env bash
# Stops what alluxio-start.sh started, here or on the hosts of conf/masters and conf/workers.

set -u

BIN="$(cd -P -- "$(dirname -- "$(readlink -f -- "$0")")" && pwd -P)"
. "${BIN}/../libexec/alluxio-config.sh"
. "${BIN}/../libexec/alluxio-process.sh"
. "${BIN}/../libexec/alluxio-cluster.sh"
. "${BIN}/../libexec/alluxio-cache.sh"

usage() {
  cat <<'TEXT'
Usage: alluxio-stop.sh [-h] [component] [-c cache] [-s]
Where component is one of:
  all     	Stop all workers, then all masters, on the hosts of conf/workers and conf/masters.
  local   	Stop all processes locally.
  master  	Stop local master.
  masters 	Stop masters on master nodes.
  worker  	Stop local worker.
  workers 	Stop workers on worker nodes.
Not there yet: job_master, job_masters, job_worker, job_workers, proxy, proxies, logserver.

-c cache  save the memory tier of each worker in this folder of its node, once it has stopped;
          "alluxio-start.sh worker -c cache" brings it back.
-h        display this help.
-s        soft: do not use KILL if the process does not end after TERM.
TEXT
}

wrong_usage() {
  echo "Error: $*" >&2
  usage >&2
  exit 1
}

stop() {
  local role failed=0
  for role in "$@"; do
    stop_role "${role}" "${SOFT}" || failed=1
    if [[ "${role}" == worker && -n "${CACHE}" && "${failed}" == 0 ]]; then
      save_cache "${CACHE}" || failed=1
    fi
  done
  return "${failed}"
}

stop_hosts() {
  local kind="$1" options=()
  [[ -z "${SOFT}" ]] || options+=(-s)
  [[ -z "${CACHE}" || "${kind}" == masters ]] || options+=(-c "${CACHE}")
  run_on_all "${kind}" "${BIN}/alluxio-stop.sh" "${kind%s}" ${options[0]+"${options[@]}"}
}

stop_all() {
  local failed=0
  stop_hosts workers || failed=1
  stop_hosts masters || failed=1
  return "${failed}"
}

SOFT="" CACHE=""
COMPONENT="${1:--h}"
[[ $# -eq 0 ]] || shift
while [[ $# -gt 0 ]]; do
  case "$1" in
    -s) SOFT=soft ;;
    -c)
      [[ -n "${2:-}" ]] || wrong_usage "-c needs a folder"
      CACHE="$2"
      shift
      ;;
    *) wrong_usage "unknown option $1" ;;
  esac
  shift
done
case "${COMPONENT}" in
  all) stop_all ;;
  local) stop worker master ;;
  master | worker) stop "${COMPONENT}" ;;
  masters | workers) stop_hosts "${COMPONENT}" ;;
  secondary_master | job_master | job_masters | job_worker | job_workers | proxy | proxies | \
    logserver)
    echo "${COMPONENT} is not there yet: nothing to stop."
    ;;
  -h) usage ;;
  *) wrong_usage "Invalid component: ${COMPONENT}" ;;
esac
