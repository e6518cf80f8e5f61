#!/usr/bin/env bash
# Walks through the example on the Kubernetes of the current context and checks every step. README.md describes it.
# shellcheck disable=SC2034 # variables are used in verify/
set -uo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

usage() {
  cat <<'END'
usage: [VARIABLE=value]… verify.sh
  NAMESPACE  where everything is made, and deleted again at the end (nats-io)
  MANIFEST   walkthrough.yaml or walkthrough-2018.yaml, or a path (walkthrough.yaml)
  VERSION    another version of nats-server than the manifest's
  KEEP=1     leave the example running at the end
  REPLACE=1  delete an example-nats that lies there already; one that an earlier run left is replaced anyway
  KUBECONFIG, and the current context in it, say which Kubernetes; the operator must be installed there
END
}
[ $# = 0 ] || { usage >&2 && exit 2; }
((BASH_VERSINFO[0] >= 5)) || { echo "bash 5 or newer is needed, this is $BASH_VERSION" >&2 && exit 2; }

NAMESPACE=${NAMESPACE:-nats-io}
MANIFEST=${MANIFEST:-walkthrough.yaml}
CLUSTER=example-nats
SERVERS=("$CLUSTER-1" "$CLUSTER-2" "$CLUSTER-3")
AUDIENCE=nats://$CLUSTER.$NAMESPACE.svc
WORK=$(mktemp -d)

for file in report kubernetes nats probes preparation steps-1-6 step-6b steps-7-8 steps-9-10 step-11 step-12 step-14; do
  # shellcheck source=/dev/null
  . "$HERE/verify/$file.sh"
done

prepare

must_step 1 "the operator is installed" operator_installed
must_step 2 "one file is applied in one go" manifest_applied
must_step 3 "three servers run" servers_run
step 4 "two Services" services_there
must_step 5 "a token of the cluster's own audience" token_issued
must_step 6 "the token lies in the client pod" token_mounted
step 6b "the label alone makes a pod a client" label_suffices
step 7 "nats-user does what its role allows" user_follows_role
step 8 "all others are refused" strangers_refused
step 9 "a role is edited under a connected client" role_edited
step 10 "a role is deleted under a connected client" role_deleted
step "8b" "without any role nobody gets in" nobody_without_roles
step 11 "the cluster changes under connected clients" cluster_changed
step 12 "the NatsCluster is deleted" cluster_deleted
step 14 "a malformed role is refused" malformed_role_refused
[ -z "${KEEP-}" ] || step "2b" "the same file in reverse order" manifest_applied_in_reverse
summary
