# shellcheck shell=bash
# The distribution's packages that building, testing and checking need, and the installing of what is missing of them.
# Sourced by the scripts beside this folder; nothing is asked of a package server while nothing is missing.
# shellcheck disable=SC2034  # they use what is set here

build_packages=(g++ cmake ninja-build pkg-config git libfftw3-dev libgtest-dev libcli11-dev libfmt-dev
  nlohmann-json3-dev libhwloc-dev librandom123-dev)
test_packages=(python3 python3-numpy python3-jsonschema python3-matplotlib)
check_packages=(clang clang-format clang-tidy libclang-dev llvm-dev pyflakes3 shellcheck)
bench_packages=(libasio-dev python3 python3-numpy)

# A tool that is here without its package, from a vendor or a version manager, will do.
declare -A command_of=([g++]=g++ [cmake]=cmake [ninja-build]=ninja [pkg-config]=pkg-config [git]=git
  [python3]=python3 [clang]=clang++ [clang-format]=clang-format [clang-tidy]=clang-tidy [pyflakes3]=pyflakes3
  [shellcheck]=shellcheck)

missing_packages() {  # PACKAGE...: prints those that are not installed
  local package installed=""
  if command -v dpkg-query >/dev/null; then
    # It fails as soon as one is unknown, and prints the others all the same.
    installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null) || installed+=$'\n'
  fi
  for package in "$@"; do
    [[ $'\n'$installed$'\n' == *$'\n'"$package installed"$'\n'* ]] && continue
    [[ -n ${command_of[$package]:-} ]] && command -v "${command_of[$package]}" >/dev/null && continue
    echo "$package"
  done
}

# Installs what is missing and sets packages_changed, so that a build configured before looks again.
packages_changed=false
require_packages() {  # PACKAGE...
  # For systems whose packages have other names, where someone has installed them by hand.
  [[ ${OVERLAP_PACKAGES:-} == installed ]] && return
  local missing as_root=()
  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]})) || return 0

  if ! command -v apt-get >/dev/null; then
    echo "overlap needs these packages (Debian's names): ${missing[*]}" >&2
    echo "Install what they are called here, then run this again with OVERLAP_PACKAGES=installed." >&2
    exit 1
  fi
  if ((EUID != 0)); then
    if ! command -v sudo >/dev/null; then
      echo "overlap needs these packages: ${missing[*]}" >&2
      echo "Installing them needs root, and there is no sudo here." >&2
      exit 1
    fi
    as_root=(sudo)
  fi
  echo "installing ${missing[*]}" >&2
  "${as_root[@]}" apt-get update -qq </dev/null >&2 ||
    echo "apt-get update failed: trying with the lists that are here" >&2
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null >&2
  packages_changed=true
}
