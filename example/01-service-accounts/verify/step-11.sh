# shellcheck shell=bash
# shellcheck disable=SC2016 # scripts in single quotes are expanded in the pod
# A cluster that changes under connected clients: on each server one that answers whatever it receives, and one client that sends
# numbers, each when the one before was answered or two seconds are over.

CHANGE_LIMIT=120 # seconds

cluster_changed() {
  local version next
  clients_made_anew || return
  version=$(k get natscluster "$CLUSTER" --output 'jsonpath={.spec.version}')
  next=2.10.27
  [ "$version" != "$next" ] || next=2.15.2
  start_numbered_messages || return
  changes_to '{"spec": {"size": 5}}' 5 "$version" "3 → 5" || return
  follow_logs 1 2 3 4 5 || return
  changes_to '{"spec": {"size": 3}}' 3 "$version" "5 → 3" || return
  changes_to "{\"spec\": {\"version\": \"$next\"}}" 3 "$next" "version $version → $next" || return
  in_lame_duck_mode "$version" 5 4 3 2 1 || return
  numbers_complete "$version" && subscribers_back
}

# The roles are back after step 10; pods that are new too mount the new tokens at once.
clients_made_anew() {
  local user
  k delete pods nats-user-pod nats-admin-user-pod --grace-period=1 >/dev/null 2>&1
  apply_as_ours manifest >/dev/null || wrong "the manifest cannot be applied again" || return
  for user in nats-user nats-admin-user; do
    eventually 30 is_in_force "$user" || wrong "role $user does not come back" || return
    k wait --for=condition=Ready "pod/$user-pod" --timeout=90s >/dev/null 2>&1 || wrong "$user-pod is not ready" || return
  done
}

start_numbered_messages() {
  local server
  for server in "${SERVERS[@]}"; do answering "$server"; done
  eventually 20 answering_everywhere || wrong "not every server has its subscriber: $(connections nats-admin-user)" || return
  # --jetstream has the client wait for the answer, and go on without one.
  in_pod nats-admin-user 'i=0; while sleep 0.05; do i=$((i + 1)); echo "number $i"; done |
    timeout 600 nats --trace --timeout 2s --server "$(url "$1")" pub walkthrough.11 --jetstream --send-on newline 2>&1' \
    "$CLUSTER" </dev/null >"$WORK/sender" 2>&1 &
  BACKGROUND+=($!)
  eventually 10 numbers_arrive || wrong "numbers do not arrive: $(tail -n 1 "$WORK/sender" "$WORK"/numbers-*)" || return
}
# Each in a queue group of its own, so every one gets every number. The answer is what --jetstream takes for one.
answering() { # server
  in_pod nats-admin-user 'exec timeout 600 nats --server "$(url "$1.$2")" --connection-name "numbers-$1" \
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

# changes_to PATCH SIZE VERSION TEXT: patches the cluster and watches its servers until all is as it shall be.
changes_to() {
  local started fewest=99 pods ready least
  started=$(now)
  k patch natscluster "$CLUSTER" --type=merge --patch "$1" >/dev/null || wrong "$1 is not taken" || return
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
  # Whoever is asked too late has nothing to tell any more.
  for ordinal; do
    eventually 20 test -s "$WORK/log-$ordinal" || wrong "the log of $CLUSTER-$ordinal cannot be read" || return
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

# What was on its way when its sender's own connection was closed may be lost: NATS promises nothing there, and the sender knows, for
# it got no answer. It sends one at a time. Nothing else may be lost, but by a server of 1.x, which just ends.
numbers_complete() { # version
  local last lost broken=0
  last=$(numbers_answered | tail -n 1)
  # A client tries each address for up to five seconds, also those of servers that are gone.
  eventually 30 numbers_answered_after "$last" || wrong "no answer since number $last: $(senders_story)" || return
  last=$(numbers_answered | tail -n 1)
  # What the servers' clients saw comes here a moment later.
  eventually 10 numbers_accounted_for "$last" || [[ $1 == 1.* ]] ||
    wrong "of $last numbers $lost are lost, and the sender's connection was closed $broken times: $(xargs <"$WORK/lost")" || return
  saw "$((last - lost)) of $last numbers arrived; the sender's connection was closed $broken times"
}
numbers_accounted_for() { # last
  comm -13 <(numbers_seen) <(seq "$1" | sort) >"$WORK/lost"
  lost=$(wc -l <"$WORK/lost")
  broken=$(grep -c ' Disconnected ' "$WORK/sender")
  [ "$lost" -le "$broken" ]
}
# What became of its connection, what it wrote last, and whom the servers refused meanwhile.
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
  eventually 30 answering_everywhere || wrong "not every client is connected: $(connections nats-admin-user)" || return
  saw "every client is connected"
}
