#!/usr/bin/env bash
# Installs what the tests need, builds, runs the tests. The last lines are ctest's own.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

usage() {
  cat <<TEXT
usage: tests/run.sh [--fast | --full] [--no-install] [--help]

  (nothing)     Release build; unit, torture, privilege, fault and end-to-end tests
  --fast        what takes under two minutes in all: no end-to-end tests
  --full        also the asan and tsan builds with their tests, a minute of fuzzing per target,
                and a hundred simulated storms of ten thousand calls
  --no-install  trust that packages and build/deps are there

Exit status: 0 when every test passed.
TEXT
}

mode=default
install=yes
while [ $# -gt 0 ]; do
  case $1 in
    --fast) mode=fast ;;
    --full) mode=full ;;
    --no-install) install=no ;;
    --help | -h) usage; exit 0 ;;
    *) printf 'tests/run.sh: unknown option %s\n' "$1" >&2; usage >&2; exit 64 ;;
  esac
  shift
done

[ "$install" = no ] || deploy/install.sh --tests

jobs=$(nproc)

build() {
  printf '== building %s ==\n' "$1" >&2
  cmake --preset "$1" -DRINGFENCE_TESTS=ON >/dev/null
  cmake --build --preset "$1" -- -j "$jobs"
}

if [ "$mode" = full ]; then
  for preset in asan tsan; do
    build "$preset"
    ctest --preset "$preset" -LE e2e -j "$jobs" --no-tests=error
  done
  if command -v clang++-19 >/dev/null; then
    build fuzz
    for program in build/fuzz/bin/*_fuzz; do
      "$program" -max_total_time=60 -print_final_stats=1 "tests/fuzz/corpus/$(basename "${program%_fuzz}")"
    done
  else
    printf 'clang++-19 is not installed: no fuzzing\n' >&2
  fi
fi

# Consecutive seeds, split among the cores; a broken one stops its part and prints itself.
storms() {
  local seeds=100 share pids=() job failed=0
  share=$(((seeds + jobs - 1) / jobs))
  for ((job = 0; job < jobs; job++)); do
    build/release/bin/call_storm --seed $((1 + job * share)) --seeds "$share" --calls 10000 &
    pids+=($!)
  done
  for job in "${pids[@]}"; do
    wait "$job" || failed=1
  done
  return "$failed"
}

build release
[ "$mode" != full ] || storms
case $mode in
  fast) ctest --preset release -LE e2e -j "$jobs" --no-tests=error ;;
  *) ctest --preset release -j "$jobs" --no-tests=error ;;
esac
