# shellcheck shell=bash
# The Java tests of mishaps, which want a node with the operator on it. They are tagged `node` or, if they take long,
# `node-long`; a failing one ends the script.

node_tests() { # tag
  (cd "$ROOT" && mvn --batch-mode --no-transfer-progress test-compile failsafe:integration-test failsafe:verify \
    -Dgroups="$1" -DexcludedGroups=) || { operator_now; die "tests tagged $1 failed"; }
}

# What there is to see afterwards, for whoever looks into it.
operator_now() {
  local operator=(--namespace operator-test --selector app.kubernetes.io/name=nats-operator)
  title "the operator, now"
  kubectl get pods "${operator[@]}" --output wide
  kubectl get leases --namespace operator-test
  kubectl logs "${operator[@]}" --prefix --tail=60
  kubectl logs "${operator[@]}" --prefix --previous --tail=30 2>/dev/null
  kubectl get events --namespace operator-test --sort-by=.lastTimestamp | tail -n 40
}
