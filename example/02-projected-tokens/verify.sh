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
SERVERS=("$CLUSTER-1" "$CLUSTER-2" "$CLUSTER-3")
LIMIT=10 # maximum seconds for a change; the step prints the actual time
WORK=$(mktemp -d)
# shellcheck source=../01-service-accounts/verify/report.sh
. "$HERE/../01-service-accounts/verify/report.sh"
# shellcheck source=../01-service-accounts/verify/kubernetes.sh
. "$HERE/../01-service-accounts/verify/kubernetes.sh"

clean_up() {
  [ ${#BACKGROUND[@]} = 0 ] || kill "${BACKGROUND[@]}" 2>/dev/null
  rm -rf "$WORK"
  [ -z "${KEEP-}" ] || return
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

# Starts a client in the background that answers requests on orders.NAME, and returns when it is connected as that user. NAME is the
# name of its connection. Each line of its output goes to $WORK/NAME, after the time of its arrival on this machine.
BACKGROUND=()
client() { # name, pod, token, user
  k exec --stdin "$2" -- timeout 600 sh -c 'exec nats --server "$1" --connection-name "$2" reply "orders.$2" answer 2>&1' \
    sh "nats://any:$3@$CLUSTER:4222" "$1" </dev/null 2>/dev/null |
    while IFS= read -r line; do echo "$EPOCHREALTIME $line"; done >"$WORK/$1" &
  BACKGROUND+=($!)
  eventually 60 is_connected "$1" "$4" || wrong "$1 is not connected as $4: $(cat "$WORK/$1")"
}
is_connected() { connections "$2" | grep " $1$" >/dev/null; } # client, user; reads all lines, since pipefail is set
is_disconnected() { # user
  local left
  left=$(connections "$1") && [ -z "$left" ]
}

# The time at which the client printed that its connection was closed; nothing if it is still open.
closed_at() { awk '/Disconnected/ { print $1; exit }' "$WORK/$1"; } # client
is_closed() { [ -n "$(closed_at "$1")" ]; }

# The client must print within LIMIT seconds that its connection was closed, and no server may have a connection of the user then.
closes() { # client, user, time of the change
  eventually "$LIMIT" is_closed "$1" || wrong "the connection of $2 is open after $LIMIT s" || return
  saw "the connection is closed $(between "$3" "$(closed_at "$1")") s after kubectl was started"
  eventually "$LIMIT" is_disconnected "$2" || wrong "still connected: $(connections "$2")"
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
  eventually 60 answers_publish other.new || wrong "other.new: $answer" || return
  [[ $answer == *"Permissions Violation"* ]] || wrong "other.new: $answer" || return
  saw "orders.new is allowed, other.new is refused"
}

# The caller retries, since on a busy machine a login may not be answered in time.
answers_publish() { # subject; sets answer
  answer=$(publish orders-1 "$1")
  [[ $answer == *Published* || $answer == *"Permissions Violation"* ]]
}

# The client is the same process before and after the change.
role_changes() {
  local start before after user=$NAMESPACE/orders/orders-1
  client live orders-1 "$TOKEN" "$user" || return
  before=$(connections "$user")
  start=$(now)
  k patch natsservicerole orders --type=json --patch '[
    {"op": "add", "path": "/spec/permissions/publish/-", "value": "other.>"},
    {"op": "add", "path": "/spec/permissions/subscribe/-", "value": "other.>"}]' >/dev/null || return
  eventually "$LIMIT" is_closed live || wrong "the connection is open after $LIMIT s: $before" || return
  saw "the connection is closed $(between "$start" "$(closed_at live)") s after kubectl was started"
  eventually "$LIMIT" logged_in_again "$user" || wrong "before: $before, after: $after; $(cat "$WORK/live")" || return
  saw "the same client has logged in again (server, cid: ${before% live} → ${after% live})"
  eventually "$LIMIT" replies_on_other || wrong "no reply on other.>: $(cat "$WORK/live")" || return
  saw "its reply on other.> arrives after $(seconds_since "$start") s"
}

# The client publishes its reply to the inbox of the request.
replies_on_other() {
  in_pod orders-2 'timeout 5 nats --server "$(url)" --inbox-prefix=other request orders.live question 2>&1' </dev/null 2>/dev/null |
    grep '^answer' >/dev/null
}

logged_in_again() { # user; reads before, sets after
  after=$(connections "$1") && [ -n "$after" ] && [ "$after" != "$before" ]
}

token_works() { # sets answer
  answer=$(login "$TOKEN")
  [[ $answer == *Published* ]]
}

answers_login() { # sets answer
  answer=$(login "$TOKEN")
  [[ $answer == *Published* || $answer == *"Authorization Violation"* ]]
}

# A client in the second pod uses the token of the first one, so that it still runs after the first pod was deleted.
deleted_pod_is_refused() {
  local answer start user=$NAMESPACE/orders/orders-1
  eventually 60 token_works || wrong "the token does not work before: $answer" || return
  client elsewhere orders-2 "$TOKEN" "$user" || return
  start=$(now)
  k delete pod orders-1 --wait=true >/dev/null || return
  closes elsewhere "$user" "$start" || return
  eventually 60 answers_login || wrong "$answer" || return
  [[ $answer == *"Authorization Violation"* ]] || wrong "$answer" || return
  saw "the token of a deleted pod is refused"
}

role_is_deleted() {
  local answer start user=$NAMESPACE/orders/orders-2
  client last orders-2 "$(k exec orders-2 -- cat /var/run/secrets/nats.io/token)" "$user" || return
  start=$(now)
  k delete natsservicerole orders --wait=false >/dev/null || return
  closes last "$user" "$start" || return
  answer=$(publish orders-2 orders.new)
  [[ $answer != *Published* ]] || wrong "$answer" || return
  saw "it cannot log in again"
}

kubectl version >/dev/null 2>&1 || give_up "kubectl does not reach a Kubernetes"
k get namespace "$NAMESPACE" >/dev/null 2>&1 || give_up "namespace $NAMESPACE does not exist"
trap clean_up EXIT

must_step 1 "the example is applied" applied
must_step 2 "the operator answers logins" answers
must_step 3 "each pod has its own token" pods_have_tokens
step 4 "the role's permissions apply" permissions_apply
step 5 "the role of a connected client changes" role_changes
step 6 "the pod of a connected client is deleted" deleted_pod_is_refused
step 7 "the role of a connected client is deleted" role_is_deleted
summary
