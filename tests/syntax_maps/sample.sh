#!/usr/bin/env bash
# Builds and ships the program.
set -euo pipefail

source ./lib.sh

readonly VERSION="1.2.3"
export PATH="$HOME/bin:$PATH"
declare -a TARGETS=(linux darwin)
BUILD_DIR=${BUILD_DIR:-build}
alias ll='ls -l'

# Prints a message and stops.
die() {
  local message=$1
  echo "$message" >&2
  exit 1
}

function build {
  mkdir -p "$BUILD_DIR"
  inner() {
    echo inner
  }
  inner
}

function ship() (
  cd "$BUILD_DIR"
  cat <<EOF
not_a_function() {
}
EOF
)

log::info() { echo "info: $*"; }

if [[ -n "${CI:-}" ]]; then
  ci_setup() {
    echo ci
  }
fi

main() {
  case "${1:-}" in
    build) build ;;
    *) die "unknown" ;;
  esac
}

main "$@"
