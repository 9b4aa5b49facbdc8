#!/usr/bin/env bash
# Makes .venv with the pinned packages. Installs missing Debian packages when root; otherwise prints the command and stops
# before anything is made. The stamp is written last, so an interrupted run is begun anew.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

stamp=.venv/.govkit-setup

say() { printf 'setup: %s\n' "$*" >&2; }

runs() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
  local name
  for name in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
    if runs "$name"; then
      command -v "$name"
      return
    fi
  done
}

# What is missing, one Debian package per line. $1: the interpreter, or nothing.
missing_packages() {
  command -v git >/dev/null || echo git
  if [ -z "$1" ]; then
    printf '%s\n' python3 python3-venv
  elif ! "$1" -c 'import ensurepip, venv' >/dev/null 2>&1; then
    "$1" -c 'import sys; print("python3.%d-venv" % sys.version_info[1])'
  fi
  if [ "$(uname -s)" = Linux ]; then
    # Asked of the dynamic linker, as WeasyPrint will ask it; ldconfig may not be on the path of a plain user.
    library libpango-1.0.so.0 libpango-1.0-0 "$1"
    library libpangoft2-1.0.so.0 libpangoft2-1.0-0 "$1"
    library libharfbuzz-subset.so.0 libharfbuzz-subset0 "$1"
  fi
}

library() {
  [ -n "$3" ] && "$3" -c 'import ctypes, sys; ctypes.CDLL(sys.argv[1])' "$1" >/dev/null 2>&1 || echo "$2"
}

install_system_packages() {
  local packages
  packages=$(missing_packages "$(find_python)" | xargs)
  [ -z "$packages" ] && return
  if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    say "installing $packages"
    apt-get update -qq
    # shellcheck disable=SC2086  # one word per package
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >/dev/null
    packages=$(missing_packages "$(find_python)" | xargs)
    [ -z "$packages" ] && return
    say "still missing after installing: $packages"
    exit 1
  fi
  say "missing: $packages; nothing was made. Install them, then run this again:"
  say "    sudo apt-get update && sudo apt-get install --no-install-recommends $packages"
  say "(names are Debian's; elsewhere: Python 3.11 or newer with venv, git, Pango, HarfBuzz with its subset library)"
  exit 1
}

wanted() {
  cat pyproject.toml constraints.txt tools/setup.sh | cksum
  pwd # a virtual environment cannot be moved
}

if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(wanted)" ] && .venv/bin/python -c '' 2>/dev/null; then
  exit 0
fi

install_system_packages
python=$(find_python)
say "making .venv with $("$python" -V) ($python)"
trap 'rm -rf .venv; say "failed; .venv was removed, nothing is left half-done"' EXIT
rm -rf .venv
"$python" -m venv .venv
pip=(.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input -c constraints.txt)
# The build tools first and pinned, so that the build needs no environment of its own with whatever is newest.
"${pip[@]}" hatchling editables
"${pip[@]}" --no-build-isolation -e '.[dev]'
.venv/bin/python -c 'import weasyprint' # loads the system libraries: fails here rather than in the first report
wanted >"$stamp"
trap - EXIT
say "done"
