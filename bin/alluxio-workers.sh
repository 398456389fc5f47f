#!/usr/bin/env bash
# Runs a command on every host of conf/workers.

set -u

BIN="$(cd -P -- "$(dirname -- "$(readlink -f -- "$0")")" && pwd -P)"
. "${BIN}/../libexec/alluxio-config.sh"
. "${BIN}/../libexec/alluxio-cluster.sh"

usage() {
  cat <<'TEXT'
Usage: alluxio-workers.sh command...
Runs the command on every host of conf/workers over ssh and prints one line of result for each; the
output goes to logs/task.log. Ends with 1 when it failed on any of them.

  alluxio-workers.sh uptime
  alluxio-workers.sh "df -h /mnt/ramdisk | tail -n 1"     a line for the shell of each host

ALLUXIO_SSH_OPTS has further options for ssh, ALLUXIO_SSH_PARALLEL how many hosts at a time (64).
TEXT
}

case "${1:-}" in
  "") usage >&2; exit 1 ;;
  -h | --help) usage ;;
  *) run_on_all workers "$@" ;;
esac
