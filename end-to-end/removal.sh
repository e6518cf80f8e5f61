# shellcheck shell=bash
# Checks that an uninstall leaves nothing. Needs OPERATOR, the operator's namespace.

uninstall_is_complete() {
  local log
  kubectl delete namespace nats-io walkthrough-test --ignore-not-found >/dev/null
  log=$(kubectl --namespace "$OPERATOR" logs --selector app.kubernetes.io/name=nats-operator --prefix --tail=20)
  helm uninstall nats-operator --namespace "$OPERATOR" --wait >/dev/null
  (nothing_is_left) || die "the operator's last log lines: $log"
}

nothing_is_left() {
  local left
  for _ in $(seq 240); do
    left=$(traces)
    [ -n "$left" ] || break
    sleep 0.5
  done
  [ -z "$left" ] || die "left behind: $left"
  echo "nothing left"
}

# Lists all objects that the chart or the operator may have created, except the key that an uninstall keeps.
traces() {
  kubectl get clusterroles,clusterrolebindings,customresourcedefinitions,namespaces --output name | grep -i nats || true
  kubectl get validatingadmissionpolicies,validatingadmissionpolicybindings --output name | grep -i nats || true
  kubectl get mutatingwebhookconfigurations,validatingwebhookconfigurations --output name | grep -i nats || true
  kubectl --namespace "$OPERATOR" get all,secrets,configmaps,leases,roles,rolebindings,serviceaccounts,poddisruptionbudgets --output name |
    grep -v -e configmap/kube-root-ca.crt -e serviceaccount/default -e secret/nats-operator-token-proofs || true
  kubectl get statefulsets,services,secrets,pods --all-namespaces --selector app=nats --output name
}
