# shellcheck shell=bash
# Keeping the blocks of the worker's memory tier in a folder while the worker or its host is down.
# Sourced after alluxio-config.sh. The worker must not run.

# Prints the folders of the memory tier, one a line; fails when the first tier is not in memory.
memory_tier_folders() {
  local alias folders
  alias="$(alluxio_property alluxio.worker.tieredstore.level0.alias)" || return 1
  folders="$(alluxio_property alluxio.worker.tieredstore.level0.dirs.path)" || return 1
  if [[ "${alias}" != MEM || -z "${folders}" ]]; then
    echo "Error: -c: the first tier of this worker is ${alias}, not MEM" >&2
    return 1
  fi
  echo "${folders//,/$'\n'}"
}

cache_folder_is_fit() {
  if [[ "$1" != /* || "$1" == / ]]; then
    echo "Error: -c: \"$1\" is not the absolute path of a folder" >&2
    return 1
  fi
}

# Saves the tier in folder $1. What was saved there before goes only once the new copy is whole.
save_cache() {
  local cache="${1%/}" list folder number=0
  cache_folder_is_fit "${cache}" || return 1
  list="$(memory_tier_folders)" || return 1
  rm -rf -- "${cache}.new" || return 1
  mkdir -p -- "${cache}.new" || return 1
  while IFS= read -r folder; do
    if [[ "${cache}/" == "${folder%/}/"* ]]; then
      echo "Error: -c: ${cache} is within the memory tier ${folder}" >&2
      rm -rf -- "${cache}.new"
      return 1
    fi
    if ! { mkdir -p -- "${cache}.new/${number}" &&
      cp -a -- "${folder}/." "${cache}.new/${number}/"; }; then
      echo "Error: ${folder} could not be saved in ${cache}; what was there before is kept" >&2
      rm -rf -- "${cache}.new"
      return 1
    fi
    number=$((number + 1))
  done <<< "${list}"
  rm -rf -- "${cache}" && mv -T -- "${cache}.new" "${cache}" || return 1
  echo "Saved the memory tier of the worker in ${cache}"
}

# Brings it back. A tier that holds blocks is newer than what was saved, and stays.
restore_cache() {
  local cache="${1%/}" list folder number=0 data
  cache_folder_is_fit "${cache}" || return 1
  list="$(memory_tier_folders)" || return 1
  data="$(alluxio_property alluxio.worker.data.folder)" || return 1
  if [[ ! -d "${cache}/0" ]]; then
    echo "WARNING: ${cache} holds no saved memory tier, the worker starts without it" >&2
    return 0
  fi
  while IFS= read -r folder; do
    if [[ -n "$(find "${folder}/${data}" -type f -print -quit 2>/dev/null)" ]]; then
      echo "WARNING: ${folder} holds blocks already, ${cache} is not copied into it" >&2
    elif [[ -d "${cache}/${number}" ]]; then
      cp -a -- "${cache}/${number}/." "${folder}/" || {
        echo "Error: ${cache} could not be copied into ${folder}" >&2
        return 1
      }
      echo "Copied ${cache}/${number} into ${folder}"
    fi
    number=$((number + 1))
  done <<< "${list}"
}
