# shellcheck shell=bash
# Before the first step and after the last.

MARK=example.nats.io/verify # annotation on what a run has made: the next run may replace it

prepare() {
  [ -f "$MANIFEST" ] || MANIFEST=$HERE/$MANIFEST
  [ -f "$MANIFEST" ] || give_up "there is no manifest $MANIFEST"
  command -v kubectl >/dev/null || give_up "kubectl is not on PATH"
  kubectl version >/dev/null 2>&1 || give_up "no Kubernetes answers; set KUBECONFIG"
  echo "Kubernetes: context $(kubectl config current-context), namespace $NAMESPACE; manifest: ${MANIFEST##*/}${VERSION:+, nats-server $VERSION}"
  leaving_namespace_gone
  if kubectl get namespace "$NAMESPACE" >/dev/null 2>&1; then
    make_room
  else
    kubectl create namespace "$NAMESPACE" >/dev/null || exit 2
    NAMESPACE_IS_OURS=1
  fi
  trap clean_up EXIT # not before: until here nothing is ours
}

# An earlier run deletes the namespace that it made, and waits for nothing.
leaving_namespace_gone() {
  [ "$(kubectl get namespace "$NAMESPACE" --ignore-not-found --output 'jsonpath={.status.phase}')" != Terminating ] ||
    kubectl wait --for=delete "namespace/$NAMESPACE" --timeout=90s >/dev/null || give_up "namespace $NAMESPACE is being deleted and stays"
}

all_of_it() { manifest && echo --- && label_only; }

# Whatever carries a name of what is applied and was not made by an earlier run is somebody's own.
make_room() {
  local foreign
  foreign=$(all_of_it | k get --filename - --ignore-not-found --no-headers \
    --output "custom-columns=K:.kind,N:.metadata.name,M:.metadata.annotations.${MARK//./\\.}" 2>/dev/null |
    awk '$3 != "true" { printf "%s/%s ", $1, $2 }')
  [ -z "$foreign" ] || [ -n "${REPLACE-}" ] ||
    give_up "namespace $NAMESPACE holds objects of these names already: $foreign– choose another NAMESPACE, or REPLACE=1 deletes them"
  delete_example
}

delete_example() {
  all_of_it | k delete --filename - --ignore-not-found --grace-period=1 --wait >/dev/null 2>&1
  eventually 60 gone "$EVERYTHING" --selector "app=nats,nats_cluster=$CLUSTER"
}

apply_as_ours() { # function that prints the manifest; the file itself is applied as it is, the mark comes after
  local rc=0
  "$1" | k apply --filename - 2>&1 || rc=$?
  manifest | k annotate --filename - "$MARK=true" --overwrite >/dev/null 2>&1
  return $rc
}

clean_up() {
  end_background
  if [ -z "${KEEP-}" ]; then
    delete_example
    [ -z "${NAMESPACE_IS_OURS-}" ] || kubectl delete namespace "$NAMESPACE" --wait=false >/dev/null 2>&1
  fi
  if [ "$FAILED" = 0 ]; then
    rm -rf "$WORK"
  else
    echo "What the clients and servers wrote is kept in $WORK."
  fi
}
