# shellcheck shell=bash
# Starting, watching and stopping the processes of this host. Sourced after alluxio-config.sh.
#
# A process is known by its pid file, run/<role>.pid: "<pid> <start time of the pid>". A signal is
# only ever sent when the pid still runs the program we started at that time, so a number that the
# kernel has given to somebody else is never touched.

ALLUXIO_RUN_DIR="${ALLUXIO_RUN_DIR:-${ALLUXIO_HOME}/run}"
ALLUXIO_START_SECONDS="${ALLUXIO_START_SECONDS:-60}"
ALLUXIO_STOP_SECONDS="${ALLUXIO_STOP_SECONDS:-120}"

program_of() {
  case "$1" in
    master) echo AlluxioMaster ;;
    worker) echo AlluxioWorker ;;
    job_master) echo AlluxioJobMaster ;;
    job_worker) echo AlluxioJobWorker ;;
  esac
}

# The kernel's start time of pid $1, in clock ticks since boot; empty when there is no such process.
start_time_of() {
  local stat
  stat="$(cat "/proc/$1/stat" 2>/dev/null)" || return 0
  stat="${stat##*) }"  # The name in brackets may hold blanks.
  local fields
  read -r -a fields <<< "${stat}"
  [[ "${fields[0]}" == Z ]] || echo "${fields[19]}"
}

# Prints the pid of role $1 when it runs; fails when it does not.
pid_of() {
  local file="${ALLUXIO_RUN_DIR}/$1.pid" pid started
  [[ -r "${file}" ]] || return 1
  read -r pid started < "${file}" || return 1
  [[ "${pid}" =~ ^[0-9]+$ && "$(start_time_of "${pid}")" == "${started}" ]] || return 1
  local exe
  exe="$(readlink "/proc/${pid}/exe")" || return 1
  # A program that was replaced meanwhile: linkers and installers give the old file other names.
  [[ "${exe}" != *" (deleted)" ]] || IFS= read -r -d "" exe < "/proc/${pid}/cmdline" || return 1
  [[ "$(basename -- "${exe}")" == "$(program_of "$1")" ]] || return 1
  echo "${pid}"
}

# Whether process $1 itself listens on TCP port $2; somebody else on that port does not count.
listens_on() {
  local sockets
  sockets="$(readlink "/proc/$1/fd/"* 2>/dev/null | sed -n 's/^socket:\[\([0-9]*\)\]$/\1/p')"
  [[ -n "${sockets}" ]] || return 1
  cat /proc/net/tcp /proc/net/tcp6 2>/dev/null |
    awk -v port="$(printf ':%04X' "$2")" '
      NR == FNR {mine[$1] = 1; next}
      $4 == "0A" && substr($2, length($2) - 4) == port && $10 in mine {found = 1}
      END {exit !found}' <(echo "${sockets}") -
}

declare -A LOG_BEGINS=()  # bytes that the log of a role had before its start

show_failure() {
  local role="$1" file begin
  echo "[ FAILED ] The ${role} service @ $(alluxio_hostname) is not serving requests." >&2
  for file in "${ALLUXIO_LOGS_DIR}/${role}.log" "${ALLUXIO_LOGS_DIR}/${role}.out"; do
    [[ -s "${file}" ]] || continue
    echo "--- last lines of ${file}" >&2
    begin=0
    [[ "${file}" != *.log ]] || begin="${LOG_BEGINS[${role}]:-0}"
    tail -c "+$((begin + 1))" -- "${file}" | tail -n 30 >&2
  done
}

# Starts role $1 with the arguments that follow; returns at once. The pid file is written first.
launch() {
  local role="$1" program
  shift
  program="$(alluxio_program "$(program_of "${role}")")" || exit 2
  mkdir -p -- "${ALLUXIO_LOGS_DIR}" "${ALLUXIO_RUN_DIR}" || exit 2
  local pid
  if pid="$(pid_of "${role}")"; then
    echo "The ${role} @ $(alluxio_hostname) runs already (pid ${pid})."
    return 0
  fi
  LOG_BEGINS[${role}]="$(stat -c %s -- "${ALLUXIO_LOGS_DIR}/${role}.log" 2>/dev/null || echo 0)"
  echo "Starting ${role} @ $(alluxio_hostname). Logging to ${ALLUXIO_LOGS_DIR}"
  setsid nohup "${program}" "$@" > "${ALLUXIO_LOGS_DIR}/${role}.out" 2>&1 < /dev/null 9>&- &
  pid=$!
  if ! echo "${pid} $(start_time_of "${pid}")" > "${ALLUXIO_RUN_DIR}/${role}.pid"; then
    # Without its pid file nobody could stop it.
    kill -KILL "${pid}"
    echo "[ FAILED ] The ${role} @ $(alluxio_hostname) was not started:" \
      "${ALLUXIO_RUN_DIR}/${role}.pid could not be written" >&2
    exit 1
  fi
}

# Whether role $1 of this host listens on its port.
serves() {
  local port pid
  port="$(alluxio_property "alluxio.${1/_/.}.rpc.port")" || return 1
  pid="$(pid_of "$1")" && listens_on "${pid}" "${port}"
}

# Waits until role $1 listens on its port; otherwise shows its log and fails.
await_service() {
  local role="$1" port pid
  port="$(alluxio_property "alluxio.${role/_/.}.rpc.port")" || return 1
  local i
  for ((i = 0; i < ALLUXIO_START_SECONDS * 10; ++i)); do
    if ! pid="$(pid_of "${role}")"; then
      # Between fork and exec the program is still the shell; give it a moment.
      if ((i > 10)); then
        show_failure "${role}"
        return 1
      fi
    elif listens_on "${pid}" "${port}"; then
      echo "[ OK ] The ${role} service @ $(alluxio_hostname) is in a healthy state."
      return 0
    fi
    sleep 0.1
  done
  show_failure "${role}"
  return 1
}

# Ends process $1 of role $2: TERM, then KILL when it does not end in time, unless $3 is "soft".
end_process() {
  local pid="$1" role="$2" soft="${3:-}" started i
  started="$(start_time_of "${pid}")"
  [[ -n "${started}" ]] || return 0
  kill -TERM "${pid}" 2>/dev/null
  for ((i = 0; i < ALLUXIO_STOP_SECONDS * 10; ++i)); do
    [[ "$(start_time_of "${pid}")" == "${started}" ]] || return 0
    sleep 0.1
  done
  if [[ "${soft}" == soft ]]; then
    echo "The ${role} (pid ${pid}) still runs after ${ALLUXIO_STOP_SECONDS} seconds." >&2
    return 1
  fi
  echo "Process did not complete after ${ALLUXIO_STOP_SECONDS} seconds, killing."
  kill -KILL "${pid}" 2>/dev/null
  for ((i = 0; i < 100; ++i)); do
    [[ "$(start_time_of "${pid}")" == "${started}" ]] || return 0
    sleep 0.1
  done
  echo "The ${role} (pid ${pid}) does not end even after KILL: it waits for a disk or a mount." >&2
  return 1
}

# Stops role $1 of this host, see end_process for "soft".
stop_role() {
  local role="$1" pid killed=0
  if pid="$(pid_of "${role}")"; then
    end_process "${pid}" "${role}" "${2:-}" || return 1
    killed=1
  fi
  rm -f -- "${ALLUXIO_RUN_DIR}/${role}.pid"
  echo "Killed ${killed} ${role} processes on $(alluxio_hostname)"
}
