# shellcheck shell=bash
# The Java tests of mishaps, which want a node with the operator on it. They are tagged `node` or, if they take long,
# `node-long`; a failing one ends the script.

node_tests() { # tag
  (cd "$ROOT" && mvn --batch-mode --no-transfer-progress test-compile failsafe:integration-test failsafe:verify \
    -Dgroups="$1" -DexcludedGroups=) || die "tests tagged $1 failed"
}
