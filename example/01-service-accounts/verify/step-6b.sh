# shellcheck shell=bash
# shellcheck disable=SC2016 # scripts in single quotes are expanded in the pod
# A pod with only the label.

label_suffices() {
  local pod=nats-user-label-only answer rc=0
  label_only | k apply --filename - >/dev/null || return
  label_only | k annotate --filename - "$MARK=true" >/dev/null
  label_only_connects "$pod" || rc=1
  label_only | k delete --filename - --wait >/dev/null
  return "$rc"
}

label_only() { cat "$HERE/label-only.yaml"; }

label_only_connects() { # pod
  local answer volumes
  k wait --for=condition=Ready "pod/$1" --timeout=300s >/dev/null 2>&1 || wrong "$1 is not ready" || return
  answer=$(k exec "$1" -- sh -c 'echo "$NATS_URL $NATS_CLUSTER $NATS_USER $NATS_TOKEN_FILE"')
  [ "$answer" = "nats://$CLUSTER.$NAMESPACE.svc:4222 $CLUSTER nats-user /var/run/secrets/nats.io/token" ] || wrong "variables: $answer" || return
  [ "$(k exec "$1" -- cat /var/run/secrets/nats.io/token)" = "$(secret_token nats-user)" ] || wrong "$1 has another token" || return
  saw "it has $answer, and the token is in this file"
  eventually 60 label_only_publishes "$1" || wrong "pub foo.x: $answer" || return
  saw "publishes to foo.x as nats-user"
  volumes=$(k get pod nats-user-pod --output 'jsonpath={.spec.volumes[*].name}')
  [[ $volumes =~ ^token\ kube-api-access-[a-z0-9]+$ ]] || wrong "nats-user-pod, which mounts the Secret itself, has volumes $volumes" || return
  saw "nats-user-pod, which mounts the Secret itself, has no additional volume"
}

# The command line reads server and user from these variables.
label_only_publishes() { # pod; sets answer
  answer=$(k exec "$1" -- sh -c 'NATS_PASSWORD=$(cat "$NATS_TOKEN_FILE") timeout 5 nats pub foo.x hello 2>&1')
  [[ $answer == *Published* ]]
}
