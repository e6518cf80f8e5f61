# shellcheck shell=bash
# Changes roles while clients are connected.

LIMIT=10 # maximum seconds for a change; the step prints the actual time

role_edited() {
  local server before after reloads_before=() started
  start_probes
  eventually 20 probes_have probe_refused || wrong "no probe got a violation for hi" || return
  no_probe_has probe_allowed || wrong "hi was allowed already" || return
  before=$(connections nats-user)
  for server in "${SERVERS[@]}"; do reloads_before+=("$(reloads "$server")"); done
  started=$(now)
  k patch natsservicerole nats-user --type=json --patch '[{"op": "add", "path": "/spec/permissions/subscribe/-", "value": "hi"}]' \
    >/dev/null || wrong "the role cannot be patched" || return
  eventually "$LIMIT" probes_have probe_allowed || wrong "hi is not allowed on every server after $LIMIT s" || return
  saw "hi allowed on all 3 servers $(between "$started" "$(all_probes probe_allowed)") s after kubectl was started"
  after=$(connections nats-user)
  [ "$before" = "$after" ] || wrong "connections before: $before, after: $after" || return
  saw "same $(wc -l <<<"$after") connections as before (cids $(awk '{ print $2 }' <<<"$after" | paste -sd' '))"
  every_server_reloaded "${reloads_before[@]}" && user_receives_hi && status_says_in_force
}

every_server_reloaded() { # reloads before, per server
  local server
  for server in "${SERVERS[@]}"; do
    eventually 5 has_more_reloads "$server" "$1" || wrong "$server logs no reload" || return
    shift
  done
  saw 'all log "Reloaded server configuration"'
}
has_more_reloads() { [ "$(reloads "$1")" -gt "$2" ]; }

user_receives_hi() {
  subscriber user-hi nats-user "$CLUSTER" hi
  eventually 10 delivered user-hi nats-admin-user hi || wrong "hi does not arrive: $(cat "$WORK/user-hi")" || return
  saw "a message on hi arrives"
}

status_says_in_force() {
  eventually 10 is_in_force nats-user || wrong "status of the role: $(k get natsservicerole nats-user --output 'jsonpath={.status}')" || return
  saw "the role's status says 3/3"
}
role_deleted() {
  local server others started token
  token=$(secret_token nats-user)
  for server in "${SERVERS[@]}"; do subscriber "admin-on-$server" nats-admin-user "$server.$CLUSTER-mgmt" walkthrough.10; done
  eventually 20 admin_is_everywhere || wrong "nats-admin-user did not connect to all servers" || return
  others=$(connections nats-admin-user)
  [ "$(connections nats-user | grep -c ' probe$')" = 3 ] || wrong "the probes are not connected" || return
  started=$(now)
  k delete natsservicerole nats-user --wait=false >/dev/null || wrong "the role cannot be deleted" || return
  eventually "$LIMIT" probes_have probe_closed || wrong "nats-user is still connected after $LIMIT s" || return
  saw "nats-user disconnected from all 3 servers $(between "$started" "$(all_probes probe_closed)") s after kubectl was started"
  eventually 5 is_disconnected nats-user || wrong "still connected: $(connections nats-user)" || return
  eventually 10 gone secret "nats-user-$CLUSTER-bound-token" || wrong "its Secret is still there" || return
  saw "its Secret is gone"
  refused_everywhere "old-token nats-user:$token" || return
  others_undisturbed "$others"
}

admin_is_everywhere() { [ "$(connections nats-admin-user | grep -c " admin-on-$CLUSTER-")" = 3 ]; }
is_disconnected() {
  local left
  left=$(connections "$1") && [ -z "$left" ]
}

others_undisturbed() { # connections before
  local server after
  after=$(connections nats-admin-user)
  [ "$after" = "$1" ] || wrong "connections of nats-admin-user before: $1, after: $after" || return
  for server in "${SERVERS[@]}"; do
    eventually 5 delivered "admin-on-$server" nats-admin-user walkthrough.10 || wrong "$server no longer delivers" || return
  done
  saw "the $(wc -l <<<"$after") connections of nats-admin-user are the same as before and receive"
}

nobody_without_roles() {
  local token
  token=$(secret_token nats-admin-user)
  k delete natsservicerole nats-admin-user --wait=false >/dev/null || wrong "the role cannot be deleted" || return
  eventually "$LIMIT" is_disconnected nats-admin-user || wrong "still connected: $(connections nats-admin-user)" || return
  saw "nats-admin-user disconnected too"
  refused_everywhere "$(printf '%s\n' no-user "old-token nats-admin-user:$token" "empty-password nats-admin-user:")"
}
