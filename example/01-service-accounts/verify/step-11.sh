# shellcheck shell=bash
# shellcheck disable=SC2016 # scripts in single quotes are expanded in the pod
# A cluster that changes under connected clients: one subscriber on each server, and a publisher that numbers its messages and
# has its server confirm each before the next.

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
  for server in "${SERVERS[@]}"; do
    subscriber "numbers-$server" nats-admin-user "$server.$CLUSTER-mgmt" walkthrough.11
  done
  eventually 20 subscribers_everywhere || wrong "the subscribers did not connect" || return
  in_pod nats-admin-user 'i=0; while sleep 0.05; do i=$((i + 1)); echo "number $i"; done |
    timeout 300 nats --server "$(url "$1")" pub walkthrough.11 --send-on newline 2>&1' "$CLUSTER" </dev/null >"$WORK/publisher" 2>&1 &
  BACKGROUND+=($!)
  eventually 10 numbers_arrive || wrong "numbered messages do not arrive: $(tail -n 1 "$WORK/publisher" "$WORK"/numbers-*)" || return
}
subscribers_everywhere() { [ "$(connections nats-admin-user | grep -c " numbers-$CLUSTER-")" = 3 ]; }
numbers_arrive() { for server in "${SERVERS[@]}"; do grep -q '^number' "$WORK/numbers-$server" || return; done; }

# changes_to PATCH SIZE VERSION TEXT: patches the cluster and watches its servers until all is as it shall be.
changes_to() {
  local started fewest=99 ready
  started=$(now)
  k patch natscluster "$CLUSTER" --type=merge --patch "$1" >/dev/null || wrong "$1 is not taken" || return
  until cluster_is "$2" "$3"; do
    ready=$(server_pods | grep -c ' 2/2 Running')
    [ "$ready" -ge "$fewest" ] || fewest=$ready
    [ "$(between "$started" "$(now)" | cut -d. -f1)" -lt "$CHANGE_LIMIT" ] ||
      wrong "$4: $(k get natscluster "$CLUSTER" --output 'jsonpath={.status.conditions[?(@.type=="Ready")].message}')" || return
    sleep 0.1
  done
  [ "$fewest" -ge 2 ] || wrong "$4: only $fewest servers were ready at a time" || return
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

# A message may pass one subscriber by while it goes to another server, but not all. What the publisher's server confirmed must
# arrive. What was on its way to a server that closed the connection its publisher would repeat: NATS promises nothing there. A
# server of 1.x just ends.
numbers_complete() { # version
  local published lost
  published=$(grep -c ' Published ' "$WORK/publisher")
  sleep 1
  # A client waits two seconds before it tries the same server again, and ten for an answer.
  eventually 15 published_more_than "$published" || wrong "the publisher ended: $(tail -n 1 "$WORK/publisher")" || return
  comm -13 <(numbers_seen) <(seq "$published" | sort) >"$WORK/lost"
  lost=$(comm -13 <(numbers_unconfirmed | sort -u) "$WORK/lost" | xargs)
  [[ $1 == 1.* ]] || [ -z "$lost" ] || wrong "of $published messages these were confirmed and arrived nowhere: $lost" || return
  saw "$((published - $(wc -l <"$WORK/lost"))) of $published messages that were published meanwhile arrived, every confirmed one"
}
published_more_than() { [ "$(grep -c ' Published ' "$WORK/publisher")" -gt "$1" ]; }
numbers_seen() { cat "$WORK"/numbers-* | sed -n 's/^number //p' | sort -u; }
# Those just before and after the publisher heard that its connection was closed; it hears that from another thread.
numbers_unconfirmed() {
  awk '/ Published / { n++; if (closed) print n; closed = 0 } / Disconnected / { print n; closed = 1 }' "$WORK/publisher"
}

subscribers_back() {
  eventually 10 subscribers_everywhere || wrong "not every subscriber is connected: $(connections nats-admin-user)" || return
  saw "every client is connected"
}
