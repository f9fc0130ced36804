# shellcheck shell=bash
# What a fresh Debian 12 needs beside Swift 6.3, and the installing of what is missing.

# git fetches the dependencies; the C library, libstdc++ and the linker are Swift's own needs; ncurses
# is for `rackctl watch`, libgpiod for the lines, libsocketcan for the state of CAN controllers.
pharos_packages=(git ca-certificates binutils libc6-dev libstdc++-12-dev libncurses-dev
  libgpiod-dev libsocketcan-dev)

# For the self-test on other processors: see portability.sh.
portability_packages=(gcc gcc-aarch64-linux-gnu gcc-arm-none-eabi qemu-user-static qemu-system-arm)

# Whether a Debian package is installed.
is_installed() {
  dpkg-query -W -f '${db:Status-Status}\n' "$1" 2>/dev/null | grep -qx installed
}

# Installs what is missing; says what it does, and what to do where it may not.
require_packages() {
  if ! command -v swift >/dev/null; then
    echo "Swift 6.3 is needed and is not in PATH: https://www.swift.org/install/linux/" >&2
    exit 69
  fi
  if ! command -v dpkg-query >/dev/null; then
    echo "Not a Debian system: these packages, or what they are called here, must be there:" >&2
    echo "  ${pharos_packages[*]}" >&2
    return 0
  fi
  local missing=() package
  for package in "${pharos_packages[@]}"; do
    is_installed "$package" || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  echo "Missing Debian packages: ${missing[*]}" >&2
  if [ "$(id -u)" -ne 0 ]; then
    echo "Not root, so nothing is installed. Please run:" >&2
    echo "  sudo apt-get install --no-install-recommends ${missing[*]}" >&2
    exit 77
  fi
  echo "Installing them with apt-get." >&2
  apt-get update -q >&2 || true
  DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
    "${missing[@]}" >&2 || exit 69
}

# find_python MODULE…: leaves in `$python` a Python that has these modules: that of PATH, which may be
# nobody's package, or else Debian's.
find_python() {
  local modules
  modules=$(IFS=, && echo "$*")
  for python in python3 /usr/bin/python3; do
    "$python" -c "import $modules" 2>/dev/null && return
  done
  return 1
}

# require_python MODULE…: the same; installs Debian's packages of those names where no Python has them.
require_python() {
  find_python "$@" && return
  pharos_packages=(python3 "${@/#/python3-}")
  require_packages
  find_python "$@" && return
  echo "No Python has the modules $*: /usr/bin/python3 should, with ${pharos_packages[*]}." >&2
  exit 69
}
