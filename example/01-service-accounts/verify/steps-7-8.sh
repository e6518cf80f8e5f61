# shellcheck shell=bash
# Checks the permissions of a client, and that other logins are rejected.

user_follows_role() {
  subscriber admin-on-all nats-admin-user "$CLUSTER" '>'
  subscriber user-foo.bar nats-user "$CLUSTER" foo.bar
  subscriber user-hello.world nats-user "$CLUSTER" hello.world
  eventually 60 three_connections || wrong "subscribers did not connect: $(tail -n 1 "$WORK"/*-*.* "$WORK"/admin-on-all)" || return
  subscriptions_follow_role && publishing_follows_role
}

three_connections() {
  [ "$(connections nats-user | grep -c ' user-')" = 2 ] && connections nats-admin-user | grep -q ' admin-on-all$'
}

subscriptions_follow_role() {
  local answer subject
  for subject in hello.world foo.bar; do
    eventually 60 delivered "user-$subject" nats-admin-user "$subject" || wrong "$subject does not arrive: $(cat "$WORK/user-$subject")" || return
  done
  saw "subscribes to hello.world and foo.bar, and messages arrive"
  eventually 60 subscribing_violates hi || wrong "sub hi: $answer" || return
  saw 'Permissions Violation for Subscription to "hi"'
}

# The caller retries, since a client may not connect in time.
subscribing_violates() { # subject; sets answer
  answer=$(try_to_subscribe nats-user "$1")
  [[ $answer == *"Permissions Violation for Subscription to \"$1\""* ]]
}

publishing_violates() { # subject; sets answer
  answer=$(publish nats-user "$1" x)
  [[ $answer == *"Permissions Violation for Publish to \"$1\""* ]]
}

# Publishes again at each call, since a route may not have the subscription yet.
delivered() { # subscriber publisher subject
  publish "$2" "$3" "for $1" >/dev/null
  received "$1" "$3"
}

publishing_follows_role() {
  local subject answer
  for subject in foo.x foo.bar.quux; do
    eventually 60 delivered admin-on-all nats-user "$subject" || wrong "pub $subject: $(publish nats-user "$subject" x)" || return
  done
  saw "publishes to foo.x and foo.bar.quux"
  for subject in foo.bar.other hi; do
    eventually 60 publishing_violates "$subject" || wrong "pub $subject: $answer" || return
    ! received admin-on-all "$subject" || wrong "$subject was delivered" || return
  done
  saw "violations for foo.bar.other and hi, which no client receives"
}

strangers_refused() {
  local other answer logins
  other=$(k create token nats-user --audience "nats://other.$NAMESPACE.svc") || wrong "no token for another audience" || return
  logins=$(
    echo "no-user"
    echo "wrong-password nats-user:wrong"
    echo "empty-password nats-user:"
    echo "other-clusters-token nats-user:$other"
    echo "other-users-token nats-admin-user:$(secret_token nats-user)"
    echo "pods-API-token nats-user:$(k exec nats-user-pod -- cat /var/run/secrets/kubernetes.io/serviceaccount/token)"
  )
  refused_everywhere "$logins"
}

refused_everywhere() { # lines for not_refused
  local answer
  answer=$(not_refused nats-user <<<"$1") || wrong "the check could not run: $answer" || return
  [ -z "$answer" ] || wrong "$answer" || return
  saw "Authorization Violation on each server for $(cut -d' ' -f1 <<<"$1" | paste -sd, | sed 's/,/, /g')"
}
