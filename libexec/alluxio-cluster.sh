# shellcheck shell=bash
# Running one command on every host of conf/masters or conf/workers.
# Sourced after alluxio-config.sh.
#
# Every host gets its own ssh, many at a time, and one line of result; what the command prints goes
# to logs/task.log, each line with its time and host. A host that cannot be reached never stops the
# others, and makes the whole end with 1. "localhost" and this host's own names need no ssh.

ALLUXIO_TASK_LOG="${ALLUXIO_LOGS_DIR}/task.log"
ALLUXIO_SSH_PARALLEL="${ALLUXIO_SSH_PARALLEL:-64}"  # hosts at a time

# No question is ever asked: nobody could answer it. A host seen for the first time is accepted, one
# whose key has changed is not. ALLUXIO_SSH_OPTS comes first, and in ssh the first one wins.
SSH_OPTIONS=(-o BatchMode=yes -o ConnectTimeout=5 -o StrictHostKeyChecking=accept-new
  -o ServerAliveInterval=10 -o ServerAliveCountMax=3)

# Prints ssh's options, one a line.
ssh_options() {
  local own=()
  read -r -a own <<< "${ALLUXIO_SSH_OPTS:-}"
  printf '%s\n' ${own[0]+"${own[@]}"} "${SSH_OPTIONS[@]}"
}

# Prints the hosts of conf/$1 ("masters" or "workers"), each once, in the order of the file. A name
# that ssh or rsync could take for an option or a path is refused.
hosts_of() {
  local file="${ALLUXIO_CONF_DIR}/$1" line host number=0 seen=" " words
  if [[ ! -r "${file}" ]]; then
    echo "Error: ${file} cannot be read: list the hosts of the $1 there, one a line" >&2
    return 1
  fi
  while IFS= read -r line || [[ -n "${line}" ]]; do
    number=$((number + 1))
    line="${line%%#*}"
    read -r -a words <<< "${line//$'\r'/ }"
    for host in ${words[0]+"${words[@]}"}; do
      if [[ ! "${host}" =~ ^([A-Za-z0-9_][A-Za-z0-9_.-]*@)?[A-Za-z0-9_][A-Za-z0-9_.:-]*$ ]]; then
        echo "Error: ${file}, line ${number}: \"${host}\" is no host or user@host" >&2
        return 1
      fi
      [[ "${seen}" == *" ${host} "* ]] || echo "${host}"
      seen+="${host} "
    done
  done < "${file}"
  if [[ "${seen}" == " " ]]; then
    echo "Error: ${file} names no host" >&2
    return 1
  fi
}

is_this_host() {
  case "$1" in
    localhost | 127.0.0.1 | ::1 | "$(cat /proc/sys/kernel/hostname)" | "$(alluxio_hostname)") ;;
    *) return 1 ;;
  esac
}

# The arguments as one line for a shell. A single argument with blanks is a line already.
command_line() {
  if [[ $# -eq 1 && "$1" == *" "* ]]; then
    echo "$1"
  else
    printf '%q ' "$@"
  fi
}

# Gives every line of stdin its time and host into the log; keeps the last one that says something:
# rsync ends with lines that say only that it ends.
log_lines() {
  local host="$1" last="$2" line said=""
  while IFS= read -r line || [[ -n "${line}" ]]; do
    line="${line%$'\r'}"
    printf '[%(%F %T)T][%s] %s\n' -1 "${host}" "${line}" >> "${ALLUXIO_TASK_LOG}"
    case "${line}" in
      "rsync error: "* | "rsync: connection unexpectedly closed"*) said="${said:-${line}}" ;;
      *[![:space:]]*) said="${line}" ;;
    esac
  done
  # Bounded, and without anything that a terminal would act upon.
  said="${said:0:200}"
  printf '%s' "${said//[[:cntrl:]]/}" > "${last}"
}

# Runs "$3..." for host $1 and prints its line of result; $2 is a folder for what is in between.
one_host() {
  local host="$1" folder="$2" last began status elapsed said
  shift 2
  last="${folder}/${host}"
  began="${EPOCHREALTIME/./}"
  "$@" 2>&1 < /dev/null | log_lines "${host}" "${last}"
  status="${PIPESTATUS[0]}"
  elapsed=$(((${EPOCHREALTIME/./} - began) / 1000))
  printf -v elapsed '%d.%d s' $((elapsed / 1000)) $((elapsed % 1000 / 100))
  said="$(cat -- "${last}")"
  if [[ "${status}" == 0 ]]; then
    printf '[%s] done in %s%s\n' "${host}" "${elapsed}" "${said:+: ${said}}"
  else
    : > "${last}.failed"
    printf '[%s] FAILED (exit %d) after %s%s\n' "${host}" "${status}" "${elapsed}" \
      "${said:+: ${said}}"
  fi
}

# on_each_host FUNCTION HOST... : calls FUNCTION HOST for each, many at a time; 1 when one failed.
on_each_host() {
  local function="$1" host folder running=0 failed
  shift
  mkdir -p -- "${ALLUXIO_LOGS_DIR}" || return 1
  folder="$(mktemp -d)" || return 1
  for host in "$@"; do
    if ((running >= ALLUXIO_SSH_PARALLEL)); then
      wait -n
      running=$((running - 1))
    fi
    one_host "${host}" "${folder}" "${function}" "${host}" &
    running=$((running + 1))
  done
  wait
  failed="$(find "${folder}" -name '*.failed' | wc -l)"
  rm -rf -- "${folder}"
  if ((failed > 0)); then
    echo "There are task failures (${failed} of $# hosts), look at ${ALLUXIO_TASK_LOG} for details."
    return 1
  fi
  echo "All tasks finished"
}

run_line_on() {
  local options
  if is_this_host "$1"; then
    bash -c "${LINE}"
    return
  fi
  mapfile -t options < <(ssh_options)
  ssh -n "${options[@]}" -- "$1" "${LINE}"
}

# run_on_all masters|workers COMMAND... : the whole of alluxio-masters.sh and alluxio-workers.sh.
run_on_all() {
  local kind="$1" list hosts text
  shift
  list="$(hosts_of "${kind}")" || return 1
  mapfile -t hosts <<< "${list}"
  mkdir -p -- "${ALLUXIO_LOGS_DIR}" || return 1
  LINE="$(command_line "$@")"
  text="Executing the following command on all ${kind%s} nodes and logging to ${ALLUXIO_TASK_LOG}:"
  echo "${text} $*" | tee -a "${ALLUXIO_TASK_LOG}"
  echo "Waiting for tasks to finish..."
  on_each_host run_line_on "${hosts[@]}"
}
