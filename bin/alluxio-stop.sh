#!/usr/bin/env bash
# Stops processes of this host that alluxio-start.sh started.

set -u

BIN="$(cd -P -- "$(dirname -- "$(readlink -f -- "$0")")" && pwd -P)"
. "${BIN}/../libexec/alluxio-config.sh"
. "${BIN}/../libexec/alluxio-process.sh"

usage() {
  cat <<'TEXT'
Usage: alluxio-stop.sh [-h] [component] [-s]
Where component is one of:
  all     	Stop master and worker on this host; other hosts are not there yet.
  local   	Stop all processes locally.
  master  	Stop local master.
  worker  	Stop local worker.

-h  display this help.
-s  soft: do not use KILL if the process does not end after TERM.
TEXT
}

stop() {
  local role failed=0
  for role in "$@"; do
    stop_role "${role}" "${SOFT}" || failed=1
  done
  exit "${failed}"
}

SOFT=""
COMPONENT="${1:--h}"
[[ "${2:-}" == -s ]] && SOFT=soft
case "${COMPONENT}" in
  all | local) stop worker master ;;
  master) stop master ;;
  worker) stop worker ;;
  masters | workers)
    echo "Error: ${COMPONENT}: stopping other hosts over ssh is not there yet" >&2
    exit 1
    ;;
  secondary_master | job_master | job_masters | job_worker | job_workers | proxy | proxies | \
    logserver)
    echo "${COMPONENT} is not there yet: nothing to stop."
    ;;
  -h)
    usage
    ;;
  *)
    echo "Error: Invalid component: ${COMPONENT}" >&2
    usage >&2
    exit 1
    ;;
esac
