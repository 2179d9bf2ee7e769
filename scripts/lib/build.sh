# shellcheck shell=bash
# Configures and builds a preset of CMakePresets.json, and answers who asks a script for help. Sourced by the scripts
# beside this folder.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)

# Where one of the arguments asks for help, prints the comment at the head of the script, and ends it.
help_if_asked() {  # ARGUMENT...
  local argument
  for argument in "$@"; do
    if [[ $argument == -h || $argument == --help ]]; then
      sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"
      exit 0
    fi
  done
}

refuse() {  # MESSAGE: of wrong usage
  local name
  name=$(basename "$(dirname "$0")")/${0##*/}
  echo "$name: $1; $name --help says how it is used" >&2
  exit 2
}

cached() {  # FOLDER NAME: the value of a CMake cache entry
  sed -n "s/^$2:[A-Z]*=//p" "$1/CMakeCache.txt"
}

# A tree that was moved or copied here, or whose tools are gone, can't be brought up to date.
stale() {  # FOLDER
  [[ -f $1/CMakeCache.txt ]] || return 1
  [[ $(cached "$1" CMAKE_HOME_DIRECTORY) -ef $root && $(cached "$1" CMAKE_CACHEFILE_DIR) -ef $1 &&
    $(cached "$1" CMAKE_GENERATOR) == Ninja && -x $(cached "$1" CMAKE_COMMAND) ]] || return 0
  local compiler
  compiler=$(cached "$1" CMAKE_CXX_COMPILER)
  [[ $compiler == /* && ! -x $compiler ]]
}

# It was configured without a CUDA toolkit, and there is one now.
nvcc_came() {  # FOLDER
  [[ $(cached "$1" OVERLAP_NVCC) == *-NOTFOUND ]] && { command -v nvcc || command -v /usr/local/cuda/bin/nvcc; } >/dev/null
}

# Without a terminal, lines that only tell of progress are left out, and clang-tidy's counts of what it did not show.
without_progress() {
  if [[ -t 1 ]]; then
    "$@"
  else
    "$@" 2>&1 | sed -E '/^\[[0-9]+\/[0-9]+\] |^-- |^ninja: no work to do|^[0-9]+ warnings? generated\.$/d'
  fi
}

build_locked() {
  cd "$root" || return
  local preset=${1%:*} folder=build/${1#*:}
  shift
  local definitions=()
  while [[ ${1:-} == -D* ]]; do
    definitions+=("$1")
    shift
  done

  if stale "$folder"; then
    echo "$folder was configured elsewhere or with other tools: starting it anew" >&2
    rm -rf "$folder" || return
  fi
  # Once configured, the build configures itself again when it has to.
  if [[ ! -f $folder/build.ninja || ${packages_changed:-false} == true ]] || ((${#definitions[@]})) ||
    nvcc_came "$folder"; then
    cmake --preset "$preset" -B "$folder" "${definitions[@]}" >/dev/null || return
  fi
  without_progress cmake --build "$folder" "$@"
}

# In build/PRESET, or in build/FOLDER. Two builds of one tree at once would write the same files: the second waits.
build() {  # PRESET[:FOLDER] [-DNAME=VALUE...] [ARGUMENT OF cmake --build...]
  mkdir -p "$root/build" && (flock 9 && build_locked "$@") 9>"$root/build/.lock" </dev/null
}
