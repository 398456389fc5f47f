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
  all        	Stop all workers, then all masters, on the hosts of conf/workers and conf/masters.
  job_master 	Stop local job master.
  job_masters	Stop job masters on master nodes.
  job_worker 	Stop local job worker.
  job_workers	Stop job workers on worker nodes.
  local      	Stop all processes locally.
  master     	Stop local master.
  masters    	Stop masters on master nodes.
  worker     	Stop local worker.
  workers    	Stop workers on worker nodes.
Not there yet: proxy, proxies, logserver.

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

# Role $1 on its hosts: those of conf/workers for job_worker, and so on.
stop_hosts() {
  local role="$1" kind="${1#job_}s" options=()
  [[ -z "${SOFT}" ]] || options+=(-s)
  [[ -z "${CACHE}" || "${role}" != worker ]] || options+=(-c "${CACHE}")
  run_on_all "${kind}" "${BIN}/alluxio-stop.sh" "${role}" ${options[0]+"${options[@]}"}
}

stop_all() {
  local failed=0
  stop_hosts job_worker || failed=1
  stop_hosts worker || failed=1
  stop_hosts job_master || failed=1
  stop_hosts master || failed=1
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
  local) stop job_worker worker job_master master ;;
  master | worker | job_master | job_worker) stop "${COMPONENT}" ;;
  masters | workers | job_masters | job_workers) stop_hosts "${COMPONENT%s}" ;;
  secondary_master | proxy | proxies | \
    logserver)
    echo "${COMPONENT} is not there yet: nothing to stop."
    ;;
  -h) usage ;;
  *) wrong_usage "Invalid component: ${COMPONENT}" ;;
esac
