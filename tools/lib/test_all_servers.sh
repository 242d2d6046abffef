#!/bin/bash
# test_all_servers.sh WORK: runs the contract suite of the engines on every server of the
# matrix that is there, and prints a table. Logs and reports go to the folder WORK.
set -euo pipefail
cd "$(dirname "$0")/../.."
source tools/lib/steps.sh
source tools/lib/server_matrix.sh

readonly WORK=$1
readonly KINDS=(mysql mariadb postgresql)

targets=("${KINDS[@]/#///tests/contract:}")
step "Building the contract suite" "$WORK/bazel.log" bazel build "${targets[@]/%/_contract_test}"

say "Logs: $WORK"
reports=()
for name in "${SERVERS[@]}"; do
  kind=${name%%-*}
  installation=$name
  [[ -v SOURCES[$name] ]] || installation=''  # The machine's own.
  # Its failures are told by the report.
  step "Trying $name" "$WORK/$name.log" env "EDS_${kind^^}=$installation" \
    "bazel-bin/tests/contract/${kind}_contract_test" --gtest_output="xml:$WORK/$name.xml" \
    >/dev/null || true
  reports+=("$WORK/$name.xml")
done
/usr/bin/python3 tools/lib/server_table.py "${reports[@]}"
