#!/usr/bin/env bash
# Runs the example on the Kubernetes of the current context and checks every step; see README.md.
# shellcheck disable=SC2016,SC2317,SC2329 # scripts in single quotes are expanded in the pod; `step` calls the functions
set -uo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

usage() {
  cat <<'END'
usage: [VARIABLE=value]… verify.sh
  NAMESPACE  namespace of the example, whose objects are deleted at the end (nats-io)
  KEEP=1     keep the example running
  The script uses the current context of KUBECONFIG; the operator must be installed there.
END
}
[ $# = 0 ] || { usage >&2 && exit 2; }
((BASH_VERSINFO[0] >= 5)) || { echo "bash 5 or newer is needed, this is $BASH_VERSION" >&2 && exit 2; }

NAMESPACE=${NAMESPACE:-nats-io}
CLUSTER=projected-nats
# shellcheck source=../01-service-accounts/verify/report.sh
. "$HERE/../01-service-accounts/verify/report.sh"

k() { kubectl --namespace "$NAMESPACE" "$@"; }

clean_up() {
  k delete --ignore-not-found --timeout=60s -f "$HERE/projected.yaml" >/dev/null
}

# in_pod POD SCRIPT [ARGUMENT…] : url prints the URL with the pod's token.
in_pod() {
  local pod=$1 script=$2
  shift 2
  k exec --stdin "$pod" -- sh -c "url() { echo \"nats://any:\$(cat /var/run/secrets/nats.io/token)@$CLUSTER:4222\"; }; $script" sh "$@"
}

publish() { # pod subject
  in_pod "$1" 'timeout 10 nats --server "$(url)" pub "$1" text 2>&1' "$2" </dev/null 2>/dev/null
}

# login TOKEN : the result of a login from the second pod with another token.
login() {
  in_pod orders-2 'timeout 10 nats --server "nats://any:$1@'"$CLUSTER"':4222" pub orders.x text 2>&1' "$1" </dev/null 2>/dev/null
}

applied() {
  k apply -f "$HERE/projected.yaml" >/dev/null || return
  saw "one cluster, one role, two pods"
}

answers() {
  k wait --for=condition=Ready --timeout=5m "natscluster/$CLUSTER" >/dev/null || return
  k wait --for=condition=CalloutReady --timeout=5m "natscluster/$CLUSTER" >/dev/null || return
  saw "$(k get natscluster "$CLUSTER" -o jsonpath='{.status.conditions[?(@.type=="CalloutReady")].message}')"
}

pods_have_tokens() {
  k wait --for=condition=Ready --timeout=5m pod/orders-1 pod/orders-2 >/dev/null || return
  local one two
  one=$(k exec orders-1 -- cat /var/run/secrets/nats.io/token) || return
  two=$(k exec orders-2 -- cat /var/run/secrets/nats.io/token) || return
  [ -n "$one" ] && [ "$one" != "$two" ] || wrong "both pods have the same token" || return
  ! k get secret "orders-$CLUSTER-bound-token" >/dev/null 2>&1 || wrong "Secret orders-$CLUSTER-bound-token exists" || return
  TOKEN=$one
  saw "each pod has a token of its own, and no Secret contains one"
}

permissions_apply() {
  local answer
  eventually 60 answers_publish orders.new || wrong "orders.new: $answer" || return
  [[ $answer == *Published* ]] || wrong "orders.new: $answer" || return
  eventually 60 answers_publish other || wrong "other: $answer" || return
  [[ $answer == *"Permissions Violation"* ]] || wrong "other: $answer" || return
  saw "orders.new is allowed, other is refused"
}

# The caller retries, since on a busy machine a login may not be answered in time.
answers_publish() { # subject; sets answer
  answer=$(publish orders-1 "$1")
  [[ $answer == *Published* || $answer == *"Permissions Violation"* ]]
}

allows() { [[ $(publish orders-1 "$1") == *Published* && $(publish orders-1 "$1") != *Violation* ]]; }

role_changes() {
  local start
  start=$(now)
  k patch natsservicerole orders --type=json \
    -p '[{"op": "add", "path": "/spec/permissions/publish/-", "value": "other"}]' >/dev/null || return
  eventually 10 allows other || wrong "other is still refused" || return
  saw "in force after $(seconds_since "$start") s"
}

token_works() { # sets answer
  answer=$(login "$TOKEN")
  [[ $answer == *Published* ]]
}

answers_login() { # sets answer
  answer=$(login "$TOKEN")
  [[ $answer == *Published* || $answer == *"Authorization Violation"* ]]
}

deleted_pod_is_refused() {
  local answer
  eventually 60 token_works || wrong "the token does not work before: $answer" || return
  k delete pod orders-1 --wait=true >/dev/null || return
  eventually 60 answers_login || wrong "$answer" || return
  [[ $answer == *"Authorization Violation"* ]] || wrong "$answer" || return
  saw "the token of a deleted pod is refused"
}

kubectl version >/dev/null 2>&1 || give_up "kubectl does not reach a Kubernetes"
k get namespace "$NAMESPACE" >/dev/null 2>&1 || give_up "namespace $NAMESPACE does not exist"
[ -n "${KEEP-}" ] || trap clean_up EXIT

must_step 1 "the example is applied" applied
must_step 2 "the operator answers logins" answers
must_step 3 "each pod has its own token" pods_have_tokens
step 4 "the role's permissions apply" permissions_apply
step 5 "the role changes" role_changes
step 6 "the first pod is deleted" deleted_pod_is_refused
summary
