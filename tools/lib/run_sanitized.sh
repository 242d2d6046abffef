#!/bin/bash
# Runs a test, for Bazel's --run_under, and fails it if a sanitizer has anything to
# report: of the test's own process, or of any that it starts, however that one ends.
#
# usage: run_sanitized.sh TEST [ARGUMENT…]
set -uo pipefail

reports=$(mktemp -d "${TEST_TMPDIR:-/tmp}/sanitizers.XXXXXX")
# A child may run as another user.
chmod 1777 "$reports"
trap 'rm -rf "$reports"' EXIT

options="log_path=$reports/report"
export ASAN_OPTIONS="$options:detect_stack_use_after_return=1"
# Which leaks of libraries it passes over is no report.
export LSAN_OPTIONS="print_suppressions=0"
# The rest of its report goes to standard error, with g++ 12.
export UBSAN_OPTIONS="$options:print_summary=1:print_stacktrace=1"
export TSAN_OPTIONS="$options:second_deadlock_stack=1"
TSAN_OPTIONS+=":suppressions=$PWD/third_party/tsan/suppressions.txt"

status=0
"$@" || status=$?
shopt -s nullglob
found=("$reports"/*)
((${#found[@]})) || exit "$status"
printf '\nReports of sanitizers, one for each process:\n'
head -c 100000 "${found[@]}"
printf '\nIn short:\n'
grep -h '^SUMMARY' "${found[@]}" | sort | uniq -c | sort -rn | head -n 30
exit 1
