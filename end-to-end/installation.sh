# shellcheck shell=bash
# Installs the operator with its chart, for the demo and the tests.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
LOCAL_CLUSTER=$ROOT/local-cluster/local-cluster
IMAGE=${IMAGE:-localhost/nats-operator:dev}
CHART=$ROOT/charts/nats-operator

title() { printf '\n== %s\n' "$*"; }
die() { echo "$*" >&2 && exit 1; }

# Whether KUBECONFIG is set, and not to the local cluster's kubeconfig.
own_kubeconfig() { [ -n "${KUBECONFIG-}" ] && [ "$KUBECONFIG" != "$("$LOCAL_CLUSTER" kubeconfig)" ]; }

use_local_cluster() {
  "$LOCAL_CLUSTER" up || exit 1
  KUBECONFIG=$("$LOCAL_CLUSTER" kubeconfig)
  PATH=$("$LOCAL_CLUSTER" bin):$PATH
  export KUBECONFIG PATH
}

build_image() { make --no-print-directory -C "$ROOT" image IMAGE="$IMAGE" || exit 1; }

# install_operator NAMESPACE [helm flag]… : installs or upgrades the operator, and waits until it is ready.
install_operator() {
  local namespace=$1 build
  shift
  # Every build has the same tag, so an annotation with the build's hash causes the rollout of a new image.
  build=$(cat "$ROOT"/target/image/*.jar "$ROOT"/{Dockerfile,java-options,java-security} 2>/dev/null | sha256sum | cut -c1-12)
  helm upgrade --install nats-operator "$CHART" --namespace "$namespace" --create-namespace \
    --set image.repository="${IMAGE%:*}",image.tag="${IMAGE##*:}",crds.keep=false \
    --set-string podAnnotations.build="$build" "$@" >/dev/null || die "helm failed"
  kubectl --namespace "$namespace" rollout status deployment/nats-operator --timeout=300s >/dev/null || operator_not_ready "$namespace"
}

operator_not_ready() { # namespace
  kubectl --namespace "$1" get pods
  kubectl --namespace "$1" logs --selector app.kubernetes.io/name=nats-operator --prefix --tail=40
  die "the operator did not become ready"
}
