#!/bin/bash
# test_all_servers.sh WORK: runs the contract suite of the engines, and the adversaries, on
# every server of the matrix that is there, and prints a table. Logs and reports go to the
# folder WORK.
set -euo pipefail
cd "$(dirname "$0")/../.."
source tools/lib/steps.sh
source tools/lib/server_matrix.sh

readonly WORK=$1
readonly KINDS=(mysql mariadb postgresql)
readonly SUITES=(contract adversary)

targets=()
for suite in "${SUITES[@]}"; do
  for kind in "${KINDS[@]}"; do targets+=("//tests/$suite:${kind}_${suite}_test"); done
done
step "Building what runs on every server" "$WORK/bazel.log" bazel build "${targets[@]}"

say "Logs: $WORK"
reports=()
for name in "${SERVERS[@]}"; do
  kind=${name%%-*}
  installation=$name
  [[ -v SOURCES[$name] ]] || installation=''  # The machine's own.
  for suite in "${SUITES[@]}"; do
    mkdir -p "$WORK/$suite"
    # Its failures are told by the report.
    step "Trying $name: $suite" "$WORK/$suite/$name.log" env "EDS_${kind^^}=$installation" \
      "bazel-bin/tests/$suite/${kind}_${suite}_test" \
      --gtest_output="xml:$WORK/$suite/$name.xml" >/dev/null || true
    reports+=("$WORK/$suite/$name.xml")
  done
done
/usr/bin/python3 tools/lib/server_table.py "${reports[@]}"
