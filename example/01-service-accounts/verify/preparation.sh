# shellcheck shell=bash
# Preparation before the first step, and cleanup after the last.

MARK=example.nats.io/verify # annotation on the objects of a run, which the next run may replace

prepare() {
  [ -f "$MANIFEST" ] || MANIFEST=$HERE/$MANIFEST
  [ -f "$MANIFEST" ] || give_up "MANIFEST: $MANIFEST does not exist; set it to the path of a manifest"
  command -v kubectl >/dev/null || give_up "kubectl is missing; install it and add it to PATH"
  kubectl version >/dev/null 2>&1 || give_up "the API server does not respond; set KUBECONFIG"
  echo "Kubernetes: context $(kubectl config current-context), namespace $NAMESPACE; manifest: ${MANIFEST##*/}${VERSION:+, nats-server $VERSION}"
  leaving_namespace_gone
  if kubectl get namespace "$NAMESPACE" >/dev/null 2>&1; then
    make_room
  else
    kubectl create namespace "$NAMESPACE" >/dev/null || exit 2
    NAMESPACE_IS_OURS=1
  fi
  trap clean_up EXIT # not earlier, since no object belonged to this run
}

# An earlier run deletes its namespace without waiting.
leaving_namespace_gone() {
  [ "$(kubectl get namespace "$NAMESPACE" --ignore-not-found --output 'jsonpath={.status.phase}')" != Terminating ] ||
    kubectl wait --for=delete "namespace/$NAMESPACE" --timeout=300s >/dev/null || give_up "NAMESPACE: $NAMESPACE is being deleted and still exists; choose another one"
}

all_of_it() { manifest && echo --- && label_only; }

# Objects with the names of the manifest belong to the user unless an earlier run created them.
make_room() {
  local foreign
  foreign=$(all_of_it | k get --filename - --ignore-not-found --no-headers \
    --output "custom-columns=K:.kind,N:.metadata.name,M:.metadata.annotations.${MARK//./\\.}" 2>/dev/null |
    awk '$3 != "true" { printf "%s/%s ", $1, $2 }')
  [ -z "$foreign" ] || [ -n "${REPLACE-}" ] ||
    give_up "NAMESPACE: $NAMESPACE already contains $foreign; choose another namespace, or set REPLACE=1 to delete these objects"
  delete_example
}

delete_example() {
  all_of_it | k delete --filename - --ignore-not-found --grace-period=1 --wait >/dev/null 2>&1
  eventually 180 gone "$EVERYTHING" --selector "app=nats,nats_cluster=$CLUSTER"
}

apply_as_ours() { # function that prints the manifest; the annotation is added after the unchanged manifest is applied
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
    echo "The output of the clients and servers is in $WORK."
  fi
}
