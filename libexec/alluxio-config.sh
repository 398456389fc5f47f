# shellcheck shell=bash
# Where things are, for every script in bin/. Sourced, never run.
#
# Sets and exports ALLUXIO_HOME, ALLUXIO_CONF_DIR, ALLUXIO_LOGS_DIR, reads conf/alluxio-env.sh, and
# finds the programs: build/release/bin in a source tree, libexec/bin in an installed one.

ALLUXIO_HOME="$(cd -P -- "${BASH_SOURCE[0]%/*}/.." && pwd -P)"
export ALLUXIO_HOME
export ALLUXIO_CONF_DIR="${ALLUXIO_CONF_DIR:-${ALLUXIO_HOME}/conf}"

if [[ -e "${ALLUXIO_CONF_DIR}/alluxio-env.sh" ]]; then
  set -a  # What the file sets is meant for the servers too.
  . "${ALLUXIO_CONF_DIR}/alluxio-env.sh"
  set +a
fi
export ALLUXIO_LOGS_DIR="${ALLUXIO_LOGS_DIR:-${ALLUXIO_HOME}/logs}"
export ALLUXIO_USER_LOGS_DIR="${ALLUXIO_USER_LOGS_DIR:-${ALLUXIO_LOGS_DIR}/user}"

# The name of this host as others see it.
alluxio_hostname() {
  hostname -f 2>/dev/null || cat /proc/sys/kernel/hostname
}

# Sets PROGRAM to the path of program $1; ends the script when it is not there.
find_program() {
  local folder
  for folder in ${ALLUXIO_PROGRAM_DIR:+"${ALLUXIO_PROGRAM_DIR}"} \
      "${ALLUXIO_HOME}/build/release/bin" "${ALLUXIO_HOME}/libexec/bin"; do
    if [[ -x "${folder}/$1" ]]; then
      PROGRAM="${folder}/$1"
      return 0
    fi
  done
  echo "Error: $1 is not built. Run \"make build\" in ${ALLUXIO_HOME}." >&2
  exit 2
}

# Prints it.
alluxio_program() {
  find_program "$1"
  echo "${PROGRAM}"
}

# Prints the effective value of property $1; says why on stderr when there is none to tell.
alluxio_property() {
  local cli value status
  cli="$(alluxio_program alluxio-cli)" || exit 2
  value="$("${cli}" getConf "$1")"
  status=$?
  if [[ "${status}" != 0 ]]; then
    echo "${value}" >&2
    return "${status}"
  fi
  echo "${value}"
}
