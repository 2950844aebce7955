#!/bin/sh
# Installs the Debian packages that building and testing stance need.
#
# usage: setup.sh [--if-missing]
#   --if-missing  look first, and do nothing where all are there
set -eu

packages='gcc libc6-dev make pkg-config libsvm-dev liblinear-dev libutf8proc-dev libjansson-dev libcmocka-dev zlib1g-dev libzstd-dev'

missing() {
    for package in $packages; do
        dpkg-query -W -f '${Status}\n' "$package" 2>/dev/null | grep -q '^install ok installed$' || echo "$package"
    done
}

if ! command -v dpkg-query >/dev/null 2>&1; then
    echo "setup: this is no Debian system; install the equivalents of: $packages" >&2
    [ "${1:-}" = --if-missing ] && exit 0
    exit 1
fi

# shellcheck disable=SC2046 # package names hold no white space
set -- "${1:-}" $(missing)
shift
if [ $# -eq 0 ]; then
    exit 0
fi

sudo=
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
        echo "setup: these packages are missing: $*" >&2
        echo "setup: install them as root: apt-get install $*" >&2
        exit 1
    fi
    sudo=sudo
fi

echo "setup: installing $*" >&2
export DEBIAN_FRONTEND=noninteractive
$sudo apt-get update -qq
$sudo apt-get install -y -qq --no-install-recommends "$@" >/dev/null
echo "setup: done" >&2
