# shellcheck shell=bash
# The Java tests of mishaps, which want a node with the operator on it. They are tagged `node` or, if they take long,
# `node-long`; a failing one ends the script.

node_tests() { # tag
  java_tests "$1" || { operator_now; die "tests tagged $1 failed"; }
}

java_tests() { # tag
  (cd "$ROOT" && mvn --batch-mode --no-transfer-progress test-compile failsafe:integration-test failsafe:verify \
    -Dgroups="$1" -DexcludedGroups=)
}

# What there is to see afterwards, for whoever looks into it.
operator_now() {
  local selection=(--namespace operator-test --selector app.kubernetes.io/name=nats-operator)
  title "the operator, now"
  kubectl get pods "${selection[@]}" --output wide || true
  kubectl get leases --namespace operator-test || true
  kubectl logs "${selection[@]}" --prefix --tail=60 || true
  # Of a container that was started again; most never were.
  kubectl logs "${selection[@]}" --prefix --previous --tail=30 2>/dev/null || true
  kubectl get events --namespace operator-test --sort-by=.lastTimestamp | tail -n 40 || true
}
