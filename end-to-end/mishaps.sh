# shellcheck shell=bash
# Runs the Java tests that need a node with an installed operator. They have the tag `node`, `node-long` if they take long, or
# `node-release` for rare faults. A failed test ends the script.

node_tests() { # arguments of java_tests_in_groups
  java_tests_in_groups "$@" -DexcludedGroups= || {
    operator_now
    die "tests on the node failed"
  }
}

# Prints the state of the operator after a failure.
operator_now() {
  local selection=(--namespace operator-test --selector app.kubernetes.io/name=nats-operator)
  title "the operator, now"
  kubectl get pods "${selection[@]}" --output wide || true
  kubectl get leases --namespace operator-test || true
  kubectl logs "${selection[@]}" --prefix --tail=60 || true
  # Fails for a container that was never restarted.
  kubectl logs "${selection[@]}" --prefix --previous --tail=30 2>/dev/null || true
  kubectl get events --namespace operator-test --sort-by=.lastTimestamp | tail -n 40 || true
}
