#!/usr/bin/env bash
# Installs what a build needs (and with --tests what the tests need): Debian packages by apt, and
# libsrtp2 from Debian's own source package, built on OpenSSL into build/deps. Does only what is missing.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
deps=${RINGFENCE_DEPS:-$root/build/deps}

srtp_version=2.5.0
srtp_package=libsrtp2=2.5.0-3
srtp_tarball=libsrtp2_2.5.0.orig.tar.gz
srtp_sha256=8a43ef8e9ae2b665292591af62aa1a4ae41e468b6d98d8258f91478735da4e09

usage() {
  cat <<TEXT
usage: deploy/install.sh [--tests] [--help]

  --tests   also what tests/run.sh needs (test peers, capture tools)

Needs Debian 12 and, where a package is missing, root or sudo.
TEXT
}

say() { printf '%s\n' "$*" >&2; }
die() {
  say "install.sh: $*"
  exit 1
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    die "a package is missing and this is neither root nor is there sudo: $*"
  fi
}

missing_packages() {
  local package
  grep -hv '^#' "$@" | while read -r package; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
  done
}

install_packages() {
  local missing
  mapfile -t missing < <(missing_packages "$@")
  [ ${#missing[@]} -gt 0 ] || return 0
  say "installing ${#missing[@]} Debian packages: ${missing[*]}"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q >&2
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -q --no-install-recommends "${missing[@]}" >&2
}

# The source of the enabled archives, in an apt set-up of our own: the machine's stays as it is.
fetch_srtp_source() {
  local work=$1
  mkdir -p "$work/parts" "$work/lists/partial"
  local list
  for list in /etc/apt/sources.list.d/*.sources; do
    [ -e "$list" ] && sed 's/^Types:.*/Types: deb-src/' "$list" >"$work/parts/$(basename "$list")"
  done
  for list in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [ -e "$list" ] && sed -n 's/^deb /deb-src /p' "$list" >"$work/parts/$(basename "$list" .list)-src.list"
  done
  local options=(-o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$work/parts"
    -o "Dir::State::Lists=$work/lists" -o APT::Sandbox::User=)
  (cd "$work" && apt-get "${options[@]}" update -q >&2 &&
    apt-get "${options[@]}" source -q --download-only "$srtp_package" >&2)
}

build_srtp() {
  [ -f "$deps/lib/libsrtp2.a" ] && [ "$(cat "$deps/libsrtp2.version" 2>/dev/null)" = "$srtp_version $srtp_sha256" ] &&
    return 0
  say "building libsrtp2 $srtp_version on OpenSSL"
  local work
  work=$(mktemp -d)
  fetch_srtp_source "$work" || die "cannot fetch the source package $srtp_package"
  echo "$srtp_sha256  $work/$srtp_tarball" | sha256sum --check --quiet ||
    die "$srtp_tarball is not the file that we know: its SHA-256 differs"
  tar -xf "$work/$srtp_tarball" -C "$work"
  cmake -S "$work/libsrtp-$srtp_version" -B "$work/build" -G Ninja -DCMAKE_BUILD_TYPE=Release \
    -DENABLE_OPENSSL=ON -DTEST_APPS=OFF -DBUILD_SHARED_LIBS=OFF -DCMAKE_POSITION_INDEPENDENT_CODE=ON \
    -DCMAKE_INSTALL_PREFIX="$deps" -DCMAKE_INSTALL_LIBDIR=lib >"$work/log" 2>&1 &&
    cmake --build "$work/build" >>"$work/log" 2>&1 &&
    cmake --install "$work/build" >>"$work/log" 2>&1 ||
    { tail -n 40 "$work/log" >&2; die "libsrtp2 does not build"; }
  echo "$srtp_version $srtp_sha256" >"$deps/libsrtp2.version"
  rm -rf "$work"
}

lists=("$here/packages-build.txt")
while [ $# -gt 0 ]; do
  case $1 in
    --tests) lists+=("$here/packages-test.txt") ;;
    --help | -h) usage; exit 0 ;;
    *) say "install.sh: unknown option $1"; usage >&2; exit 64 ;;
  esac
  shift
done
install_packages "${lists[@]}"
build_srtp
