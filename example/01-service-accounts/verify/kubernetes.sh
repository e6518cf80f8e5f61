# shellcheck shell=bash
# Questions to Kubernetes. Needs kubectl and nothing else: no jq.

k() { kubectl --namespace "$NAMESPACE" "$@"; }

# Names only, so that a list of several kinds can be counted and printed.
names() { k get "$@" --output name 2>/dev/null; }

# True only if Kubernetes has answered.
gone() {
  local left
  left=$(k get "$@" --output name --ignore-not-found 2>/dev/null) && [ -z "$left" ]
}

# The manifest as it is applied: in our namespace, perhaps with another version.
manifest() {
  sed -e "s/^  namespace: nats-io$/  namespace: $NAMESPACE/" ${VERSION:+-e "s/^  version: .*/  version: \"$VERSION\"/"} "$MANIFEST"
}

# The same documents, last one first; but ServiceAccounts before all, since Kubernetes takes no pod without its ServiceAccount.
manifest_reversed() {
  manifest | awk '
    BEGIN { n = 0 }
    /^---$/ { n++; next }
    { doc[n] = doc[n] $0 "\n" }
    /^kind: ServiceAccount$/ { first[n] = 1 }
    END {
      for (i in first) printf "---\n%s", doc[i]
      for (i = n; i >= 0; i--) if (!(i in first)) printf "---\n%s", doc[i]
    }'
}

# name, ready containers of all, phase: one line per server pod.
server_pods() {
  k get pods --selector "app=nats,nats_cluster=$CLUSTER" --no-headers 2>/dev/null | awk '{ print $1, $2, $3 }' | sort
}

secret_token() { k get secret "$1-$CLUSTER-bound-token" --output 'jsonpath={.data.token}' 2>/dev/null | base64 -d; }

# The middle part of a token on stdin, as JSON.
token_claims() {
  local part
  part=$(cut -d. -f2 | tr '_-' '/+')
  while ((${#part} % 4)); do part+='='; done
  base64 -d <<<"$part"
}

# Asks the API server as the bearer of the token on stdin; prints what it says.
ask_api_server_as_bearer() {
  local file=$WORK/bearer.kubeconfig original=${KUBECONFIG:-$HOME/.kube/config}
  (umask 077 && printf 'apiVersion: v1\nkind: Config\nusers: [{name: walkthrough-bearer, user: {token: "%s"}}]\n' "$(cat)" >"$file")
  KUBECONFIG=$file:$original kubectl --user=walkthrough-bearer get --raw /api/v1 2>&1
}

is_in_force() { [ "$(k get natsservicerole "$1" --output 'jsonpath={.status.inForce}')" = 3/3 ]; } # role

monitoring() { # server, path
  k get --raw "/api/v1/namespaces/$NAMESPACE/pods/$1:8222/proxy/$2" 2>/dev/null
}

# Client connections of NATS user $1: server, cid, connection name. Fails unless every server answers.
connections() {
  local server
  for server in "${SERVERS[@]}"; do
    monitoring "$server" 'connz?auth=1&limit=1024' | awk -F'"' -v server="$server" -v user="$1" '
      /"cid":/ { cid = $3; gsub(/[^0-9]/, "", cid); name = "" }
      /"name":/ { name = $4 }
      /"authorized_user":/ { if ($4 == user) print server, cid, name }' || return
  done
}

reloads() { # server: how often it logged a reload
  k logs "$1" --container nats 2>/dev/null | grep -c 'Reloaded server configuration'
}
