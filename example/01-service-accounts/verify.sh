#!/usr/bin/env bash
# Runs the example on the Kubernetes of the current context and checks every step; see README.md.
# shellcheck disable=SC2034 # variables are used in verify/
set -uo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

usage() {
  cat <<'END'
usage: [VARIABLE=value]… verify.sh
  NAMESPACE  namespace of the example, whose objects are deleted at the end (nats-io)
  MANIFEST   walkthrough.yaml or walkthrough-2018.yaml, or a path (walkthrough.yaml)
  VERSION    version of nats-server, if not the manifest's
  KEEP=1     keep the example running
  REPLACE=1  delete existing objects with the same names; objects of an earlier run are always replaced
  The script uses the current context of KUBECONFIG; the operator must be installed there.
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
must_step 2 "one file is applied at once" manifest_applied
must_step 3 "three servers run" servers_run
step 4 "two Services exist" services_there
must_step 5 "a token with the cluster's audience is issued" token_issued
must_step 6 "the token is mounted in the client pod" token_mounted
step 6b "a pod with only the label is a client" label_suffices
step 7 "nats-user does what its role allows" user_follows_role
step 8 "all other logins are rejected" strangers_refused
step 9 "a role is edited under a connected client" role_edited
step 10 "a role is deleted under a connected client" role_deleted
step "8b" "without any role all logins are rejected" nobody_without_roles
step 11 "the cluster changes under connected clients" cluster_changed
step 12 "the NatsCluster is deleted" cluster_deleted
step 14 "an invalid role is rejected" malformed_role_refused
[ -z "${KEEP-}" ] || step "2b" "the same file in reverse order" manifest_applied_in_reverse
summary
