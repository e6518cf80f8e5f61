# shellcheck shell=bash
# shellcheck disable=SC2016 # scripts in single quotes are expanded in the pod
# Changes the cluster while clients are connected. One client per server replies to each message. Another client sends numbers,
# one at a time: the next after the reply to the previous one, or after two seconds.

CHANGE_LIMIT=300 # seconds

cluster_changed() {
  local version next
  clients_made_anew || return
  version=$(k get natscluster "$CLUSTER" --output 'jsonpath={.spec.version}')
  next=2.10.27
  [ "$version" != "$next" ] || next=2.15.3
  start_numbered_messages || return
  changes_to '{"spec": {"size": 5}}' 5 "$version" "3 → 5" || return
  follow_logs 1 2 3 4 5 || return
  changes_to '{"spec": {"size": 3}}' 3 "$version" "5 → 3" || return
  changes_to "{\"spec\": {\"version\": \"$next\"}}" 3 "$next" "version $version → $next" || return
  in_lame_duck_mode "$version" 5 4 3 2 1 || return
  numbers_complete "$version" && subscribers_back
}

# Restores the roles that step 10 deleted. New pods mount the new tokens at once.
clients_made_anew() {
  local user
  k delete pods nats-user-pod nats-admin-user-pod --grace-period=1 >/dev/null 2>&1
  apply_as_ours manifest >/dev/null || wrong "the manifest cannot be applied again" || return
  for user in nats-user nats-admin-user; do
    eventually 60 is_in_force "$user" || wrong "role $user is not in force again" || return
    k wait --for=condition=Ready "pod/$user-pod" --timeout=300s >/dev/null 2>&1 || wrong "$user-pod is not ready" || return
  done
}

start_numbered_messages() {
  local server
  for server in "${SERVERS[@]}"; do answering "$server"; done
  eventually 60 answering_everywhere || wrong "not every server has its subscriber: $(connections nats-admin-user)" || return
  # With --jetstream the client waits for a reply, and continues without one after the timeout.
  in_pod nats-admin-user 'i=0; while sleep 0.05; do i=$((i + 1)); echo "number $i"; done |
    timeout 1800 nats --trace --timeout 2s --server "$(url "$1")" pub walkthrough.11 --jetstream --send-on newline 2>&1' \
    "$CLUSTER" </dev/null >"$WORK/sender" 2>&1 &
  BACKGROUND+=($!)
  eventually 60 numbers_arrive || wrong "numbers do not arrive: $(tail -n 1 "$WORK/sender" "$WORK"/numbers-*)" || return
}
# Each client has its own queue group, so every client gets every number. The reply has the format of a JetStream ack.
answering() { # server
  in_pod nats-admin-user 'exec timeout 1800 nats --server "$(url "$1.$2")" --connection-name "numbers-$1" \
    reply --queue "$1" walkthrough.11 "{\"stream\": \"walkthrough\", \"seq\": 1}" 2>&1' "$1" "$CLUSTER-mgmt" \
    </dev/null >"$WORK/numbers-$1" 2>&1 &
  BACKGROUND+=($!)
}
answering_everywhere() { [ "$(connections nats-admin-user | grep -c " numbers-$CLUSTER-")" = 3 ]; }
numbers_arrive() {
  local server
  for server in "${SERVERS[@]}"; do grep -q '^number' "$WORK/numbers-$server" || return; done
  [ -n "$(numbers_answered)" ]
}

# changes_to PATCH SIZE VERSION TEXT: patches the cluster and watches its servers until they have this size and version.
changes_to() {
  local started fewest=99 pods ready least
  started=$(now)
  k patch natscluster "$CLUSTER" --type=merge --patch "$1" >/dev/null || wrong "the patch $1 was rejected" || return
  until cluster_is "$2" "$3"; do
    if pods=$(server_pods); then
      ready=$(grep -c ' 2/2 Running' <<<"$pods")
      [ "$ready" -ge "$fewest" ] || { fewest=$ready && least=$pods; }
    fi
    [ "$(between "$started" "$(now)" | cut -d. -f1)" -lt "$CHANGE_LIMIT" ] ||
      wrong "$4: $(k get natscluster "$CLUSTER" --output 'jsonpath={.status.conditions[?(@.type=="Ready")].message}')" || return
    sleep 0.1
  done
  [ "$fewest" -ge 2 ] || wrong "$4: only $fewest servers were ready at a time: ${least//$'\n'/, }" || return
  saw "$4 after $(seconds_since "$started") s, never fewer than $fewest ready"
}

cluster_is() { # size version
  local seen
  seen=$(k get natscluster "$CLUSTER" --output \
    'jsonpath={.metadata.generation}={.status.observedGeneration} {.status.size} {.status.currentVersion} {.status.conditions[?(@.type=="Ready")].status}')
  [[ $seen == *" $1 $2 True" ]] && [ "${seen%%=*}" = "$(cut -d= -f2 <<<"${seen%% *}")" ]
}

follow_logs() { # ordinals
  local ordinal
  for ordinal; do
    k logs --follow "$CLUSTER-$ordinal" --container nats >"$WORK/log-$ordinal" 2>/dev/null &
    BACKGROUND+=($!)
  done
  # The log of a server that has stopped cannot be read any more.
  for ordinal; do
    eventually 60 test -s "$WORK/log-$ordinal" || wrong "the log of $CLUSTER-$ordinal cannot be read" || return
  done
}

in_lame_duck_mode() { # version, ordinals
  local ordinal
  case $1 in 1.*) saw "no lame duck mode in version $1" && return ;; esac
  for ordinal in "${@:2}"; do
    grep -q 'Entering lame duck mode' "$WORK/log-$ordinal" || wrong "$CLUSTER-$ordinal ended without lame duck mode" || return
  done
  saw "each server that left went into lame duck mode first"
}

# A number may be lost if it is in flight while its sender's connection is closed: NATS delivers at most once, and the sender
# gets no reply. The sender sends one number at a time. No other number may be lost, except with servers of 1.x, which exit
# without lame duck mode.
numbers_complete() { # version
  local last lost broken=0 limit=60
  case $1 in 1.*) limit=10 ;; esac
  last=$(numbers_answered | tail -n 1)
  # A client tries each address for up to five seconds, including those of removed servers.
  eventually 60 numbers_answered_after "$last" || wrong "no reply since number $last: $(senders_story)" || return
  last=$(numbers_answered | tail -n 1)
  # The output of the other clients arrives a moment later.
  eventually "$limit" numbers_accounted_for "$last" || [[ $1 == 1.* ]] ||
    wrong "of $last numbers $lost are lost, and the sender's connection was closed $broken times: $(xargs <"$WORK/lost")" || return
  saw "$((last - lost)) of $last numbers arrived; the sender's connection was closed $broken times"
}
numbers_accounted_for() { # last
  comm -13 <(numbers_seen) <(seq "$1" | sort) >"$WORK/lost"
  lost=$(wc -l <"$WORK/lost")
  broken=$(grep -c ' Disconnected ' "$WORK/sender")
  [ "$lost" -le "$broken" ]
}
# Prints the sender's connection events, its last output, and recent authentication errors of the servers.
senders_story() {
  local server
  grep -F '>>>' "$WORK/sender" | tail -n 12
  tail -n 3 "$WORK/sender"
  for server in "${SERVERS[@]}"; do
    k logs "$server" --container nats --since=90s 2>/dev/null | grep 'authentication error' | tail -n 3 | sed "s/^/$server: /"
  done
}
numbers_answered() { awk '/ Published / { n++ } / Stored in Stream: / { print n }' "$WORK/sender"; }
numbers_answered_after() { [ "$(numbers_answered | tail -n 1)" -gt "$1" ]; }
numbers_seen() { cat "$WORK"/numbers-* | sed -n 's/^number //p' | sort -u; }

subscribers_back() {
  eventually 60 answering_everywhere || wrong "not every client is connected: $(connections nats-admin-user)" || return
  saw "every client is connected"
}
