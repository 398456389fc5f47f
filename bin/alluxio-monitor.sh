#!/usr/bin/env bash
# Tells whether processes serve, here or on the hosts of conf/masters and conf/workers.

set -u

BIN="$(cd -P -- "$(dirname -- "$(readlink -f -- "$0")")" && pwd -P)"
. "${BIN}/../libexec/alluxio-config.sh"
. "${BIN}/../libexec/alluxio-process.sh"
. "${BIN}/../libexec/alluxio-cluster.sh"

usage() {
  cat <<'TEXT'
Usage: alluxio-monitor.sh [-hL] ACTION [host1,host2,...]
Where ACTION is one of:
  all        	Check all processes of all hosts.
  job_master 	Check the job master of this host.
  job_masters	Check the job masters of all master hosts.
  job_worker 	Check the job worker of this host.
  job_workers	Check the job workers of all worker hosts.
  local      	Check all processes of this host.
  master     	Check the master of this host.
  masters    	Check the masters of all master hosts.
  worker     	Check the worker of this host.
  workers    	Check the workers of all worker hosts.
Not there yet: proxy, proxies.

-L  checks nothing, prints the ends of the logs.
-h  display this help.

Ends with 1 when a process does not serve.
TEXT
}

wrong_usage() {
  echo "Error: $*" >&2
  usage >&2
  exit 1
}

print_logs() {
  local file
  for file in "${ALLUXIO_LOGS_DIR}/$1.log" "${ALLUXIO_LOGS_DIR}/$1.out"; do
    echo "--- Printing the log tail for ${file}"
    if [[ -s "${file}" ]]; then
      echo ">>> BEGIN"
      tail -n 30 -- "${file}"
      echo "<<< EOF"
    elif [[ -e "${file}" ]]; then
      echo "    --- EMPTY ---"
    fi
  done
}

# The processes of this host, each in turn.
here() {
  local role failed=0
  for role in "$@"; do
    if [[ "${LOGS}" == yes ]]; then
      print_logs "${role}"
    elif serves "${role}"; then
      echo "[ OK ] The ${role} service @ $(alluxio_hostname) is in a healthy state."
    else
      show_failure "${role}"
      failed=1
    fi
  done
  return "${failed}"
}

# Role $1 on the hosts given, else on those of conf/masters or conf/workers. With -L the logs are
# the result.
on_hosts() {
  local role="$1" list option="" host failed=0
  list="${HOSTS//,/$'\n'}"
  [[ -n "${list}" ]] || list="$(hosts_of "${role#job_}s")" || return 1
  local hosts
  mapfile -t hosts <<< "${list}"
  for host in "${hosts[@]}"; do
    [[ "${host}" =~ ^[A-Za-z0-9_][A-Za-z0-9_.:@-]*$ ]] || wrong_usage "\"${host}\" is no host"
  done
  if [[ "${LOGS}" == yes ]]; then
    LINE="$(command_line "${BIN}/alluxio-monitor.sh" -L "${role}")"
    for host in "${hosts[@]}"; do
      echo "=== ${role} @ ${host}"
      run_line_on "${host}" || failed=1
    done
    return "${failed}"
  fi
  LINE="$(command_line "${BIN}/alluxio-monitor.sh" "${role}")"
  on_each_host run_line_on "${hosts[@]}"
}

LOGS=no
while getopts ":hL" option; do
  case "${option}" in
    h) usage; exit 0 ;;
    L) LOGS=yes ;;
    *) wrong_usage "unknown option -${OPTARG}" ;;
  esac
done
shift $((OPTIND - 1))
[[ $# -le 2 ]] || wrong_usage "Invalid number of arguments"
[[ $# -ge 1 ]] || wrong_usage "no ACTION specified"
HOSTS="${2:-}"
case "$1" in
  all)
    failed=0
    for role in master job_master worker job_worker; do
      on_hosts "${role}" || failed=1
    done
    exit "${failed}"
    ;;
  local) here master job_master worker job_worker ;;
  master | worker | job_master | job_worker) here "$1" ;;
  masters | workers | job_masters | job_workers) on_hosts "${1%s}" ;;
  proxy | proxies)
    echo "Error: $1 is not there yet" >&2
    exit 1
    ;;
  *) wrong_usage "Invalid ACTION: $1" ;;
esac
