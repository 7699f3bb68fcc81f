#!/usr/bin/env bash
# Prints which rules of tests/standards/rules.txt a test names, as a table per section.
set -euo pipefail

usage() {
  cat <<TEXT
usage: tests/standards_coverage.sh [--rules] [--section B1,B2,...] [--require-starred B1,B2,...]

  (nothing)                a line per section: rules, covered, starred, starred and covered
  --rules                  also every rule with the number of test files that name it
  --section LIST           only these sections
  --require-starred LIST   exit status 1 when a starred rule of these sections is in no test

Example: tests/standards_coverage.sh --rules --section B1,B3
TEXT
}

cd "$(dirname "${BASH_SOURCE[0]}")"
rules=no
sections=
required=
while [ $# -gt 0 ]; do
  case $1 in
    --rules) rules=yes ;;
    --section) sections=${2:?a list of sections}; shift ;;
    --require-starred) required=${2:?a list of sections}; shift ;;
    --help | -h) usage; exit 0 ;;
    *) printf 'standards_coverage.sh: unknown option %s\n' "$1" >&2; usage >&2; exit 64 ;;
  esac
  shift
done

# A rule is named as R051, alone or at the end of a test's name, where several may follow each other.
named() {
  grep -rHoE --include='*.cpp' --include='*.hpp' --include='*.py' --include='*.txt' --exclude-dir=standards \
    '(^|[^A-Z])(R[0-9]{3})+' . | sed -E 's/^([^:]*):/\1 /' |
    awk '{ file = $1; while (match($0, /R[0-9][0-9][0-9]/)) { print substr($0, RSTART, 4), file; $0 = substr($0, RSTART + 4) } }' |
    sort -u
}

named | awk -v rules="$rules" -v sections="$sections" -v required="$required" '
  function has(list, item) { return index("," list ",", "," item ",") > 0 }
  function close_section() {
    if (section == "" || (sections != "" && !has(sections, section))) return
    printf "%-4s %-44s %5d %8d %8d %8d\n", section, title, total, covered, starred, starred_covered
    if (rules == "yes") printf "%s", lines
  }
  NR == FNR { files[$1]++; next }
  FNR == 1 { printf "%-4s %-44s %5s %8s %8s %8s\n", "", "", "rules", "covered", "starred", "covered" }
  /^## / {
    close_section()
    section = $2; title = substr($0, 4 + length(section) + 1)
    total = covered = starred = starred_covered = 0; lines = ""
    next
  }
  /^R/ {
    n = files[$1] + 0; star = substr($0, 6, 1) == "*"
    total++; covered += n > 0; starred += star; starred_covered += star && n > 0
    all++; all_covered += n > 0; all_starred += star; all_starred_covered += star && n > 0
    lines = lines sprintf("     %-80s %s\n", $0, n > 0 ? n " files" : "-")
    if (star && n == 0 && has(required, section)) missing = missing " " $1
  }
  END {
    close_section()
    printf "%-4s %-44s %5d %8d %8d %8d\n", "all", "", all, all_covered, all_starred, all_starred_covered
    if (missing != "") { print "starred rules in no test:" missing > "/dev/stderr"; exit 1 }
  }
' - standards/rules.txt
