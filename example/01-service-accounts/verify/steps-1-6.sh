# shellcheck shell=bash
# The operator, the cluster, the token.
# shellcheck disable=SC2016,SC2153 # SC2016: expanded in the pod; SC2153: set in verify.sh

KINDS=(natsclusters natsserviceroles)

operator_installed() {
  local deployment crd namespace name kind
  deployment=$(kubectl get deployments --all-namespaces --selector app.kubernetes.io/name=nats-operator --no-headers 2>/dev/null)
  [ "$(wc -l <<<"$deployment")" -eq 1 ] && [ -n "$deployment" ] ||
    wrong "not exactly one Deployment labelled app.kubernetes.io/name=nats-operator" || return
  read -r namespace name _ <<<"$deployment"
  kubectl --namespace "$namespace" rollout status "deployment/$name" --timeout=300s >/dev/null 2>&1 ||
    wrong "Deployment $namespace/$name did not become ready" || return
  [ "$(kubectl --namespace "$namespace" get deployment "$name" --output 'jsonpath={.status.readyReplicas}')" ] ||
    wrong "Deployment $namespace/$name has 0 replicas" || return
  saw "Deployment $namespace/$name is ready"
  for crd in "${KINDS[@]}"; do
    kubectl wait --for=condition=Established "crd/$crd.nats.io" --timeout=60s >/dev/null 2>&1 || wrong "no CRD $crd.nats.io" || return
  done
  saw "CRDs established: ${KINDS[*]}"
  for kind in mutating validating; do
    kubectl get "${kind}webhookconfigurations" --selector app.kubernetes.io/name=nats-operator --output 'jsonpath={.items[*].webhooks[*].name}' |
      grep -q 'nats\.io' || wrong "no ${kind} webhook of the operator" || return
  done
  saw "a mutating and a validating webhook configuration"
}

manifest_applied() {
  local answer
  APPLIED=$(now)
  answer=$(apply_as_ours manifest) || wrong "$answer" || return
  [ "$(grep -c ' created$' <<<"$answer")" = 7 ] || wrong "$answer" || return
  saw "7 objects created: ${answer// created/}"
  SEEN=${SEEN//$'\n'/, }
}

servers_run() {
  local expected lines=() server
  for server in "${SERVERS[@]}"; do lines+=("$server 2/2 Running"); done
  expected=$(printf '%s\n' "${lines[@]}")
  eventually 180 is_server_pods "$expected" || wrong "$(server_pods)" || return
  saw "${SERVERS[*]} 2/2 Running after $(seconds_since "$APPLIED") s"
  eventually 180 all_routed || wrong "not every server has routes to the others" || return
  saw "each with routes to the others after $(seconds_since "$APPLIED") s"
  shared_process_namespace
}

all_routed() {
  local server
  for server in "${SERVERS[@]}"; do
    # From 2.10 on, two servers have several routes to each other.
    [ "$(monitoring "$server" routez | awk -F'"' '/"remote_id":/ { print $4 }' | sort -u | wc -l)" -ge 2 ] || return
  done
}

is_server_pods() { [ "$(server_pods)" = "$1" ]; }

shared_process_namespace() {
  local server containers pid pids=()
  for server in "${SERVERS[@]}"; do
    containers=$(k get pod "$server" --output 'jsonpath={.spec.containers[*].name}')
    [ "$containers" = "nats reloader" ] || wrong "containers of $server: $containers" || return
    pid=$(k logs "$server" --container nats 2>/dev/null | sed -n '1s/^\[\([0-9]*\)\].*/\1/p')
    [ -n "$pid" ] && [ "$pid" != 1 ] || wrong "$server logs PID '$pid'" || return
    pids+=("$pid")
  done
  saw "containers nats and reloader; the servers log PID ${pids[*]}"
}

services_there() {
  local ports client management
  ports='{range .spec.ports[*]}{.name}={.port} {end}'
  client=$(k get service "$CLUSTER" --output "jsonpath=$ports" 2>&1)
  management=$(k get service "$CLUSTER-mgmt" --output "jsonpath={.spec.clusterIP} $ports" 2>&1)
  [[ $client == *=4222\ * ]] || wrong "$CLUSTER: $client" || return
  [[ $management == None\ * && $management == *=6222\ * && $management == *=8222\ * ]] || wrong "$CLUSTER-mgmt: $management" || return
  saw "$CLUSTER ${client% }"
  saw "$CLUSTER-mgmt, headless, ${management#None }"
}

token_issued() {
  local secret=nats-user-$CLUSTER-bound-token labels audience answer
  eventually 60 has_token nats-user || wrong "no Secret $secret with key token" || return
  saw "Secret $secret"
  labels=$(k get secret "$secret" --output 'jsonpath={.metadata.labels.app} {.metadata.labels.nats_cluster}')
  [ "$labels" = "nats $CLUSTER" ] || wrong "labels: $labels" || return
  audience=$(secret_token nats-user | token_claims | grep -o '"aud":\[[^]]*\]')
  [ "$audience" = "\"aud\":[\"$AUDIENCE\"]" ] || wrong "audience: $audience" || return
  saw "$audience"
  answer=$(secret_token nats-user | ask_api_server_as_bearer)
  [[ $answer == *Unauthorized* ]] || [[ $answer == *"must be logged in"* ]] || wrong "the API server responds ${answer:0:80}" || return
  saw "the API server rejects it as Unauthorized"
}

has_token() { [ -n "$(secret_token "$1")" ]; }

# The pod may have started before the Secret contained the token.
pod_has_token() { [ "$(in_pod "$1" 'echo "$token"' </dev/null)" = "$(secret_token "$1")" ]; }

token_mounted() {
  local user mount
  for user in nats-user nats-admin-user; do
    k wait --for=condition=Ready "pod/$user-pod" --timeout=300s >/dev/null 2>&1 || wrong "$user-pod is not ready" || return
    eventually 60 pod_has_token "$user" || wrong "$user-pod has another token" || return
    mount=$(k get pod "$user-pod" --output 'jsonpath={.spec.volumes[?(@.name=="token")].projected.sources[*].secret.name} {.spec.containers[0].volumeMounts[?(@.name=="token")].mountPath}')
    [ "$mount" = "$user-$CLUSTER-bound-token /var/run/secrets/nats.io" ] || wrong "$user-pod mounts $mount" || return
  done
  for user in nats-user nats-admin-user; do
    eventually 60 is_in_force "$user" || wrong "status of role $user: $(k get natsservicerole "$user" --output 'jsonpath={.status}')" || return
  done
  saw "both roles in force on 3/3 servers $(seconds_since "$APPLIED") s after the file was applied"
  saw "/var/run/secrets/nats.io/token of both pods is the Secret's token; their own mounts are untouched"
}
