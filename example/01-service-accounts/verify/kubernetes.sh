# shellcheck shell=bash
# Requests to Kubernetes. They need only kubectl, not jq.

k() { kubectl --namespace "$NAMESPACE" "$@"; }

# Prints only names, so that a list of several kinds can be counted and printed.
names() { k get "$@" --output name 2>/dev/null; }

# Succeeds only if the API server has responded and the objects do not exist.
gone() {
  local left
  left=$(k get "$@" --output name --ignore-not-found 2>/dev/null) && [ -z "$left" ]
}

# Prints the manifest with the namespace and version of this run.
manifest() {
  sed -e "s/^  namespace: nats-io$/  namespace: $NAMESPACE/" ${VERSION:+-e "s/^  version: .*/  version: \"$VERSION\"/"} "$MANIFEST"
}

# Prints the same documents in reverse order, except that ServiceAccounts come first: Kubernetes rejects a pod without its
# ServiceAccount.
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

# Prints one line per server pod: name, ready containers out of all, phase.
server_pods() {
  k get pods --selector "app=nats,nats_cluster=$CLUSTER" --no-headers 2>/dev/null | awk '{ print $1, $2, $3 }' | sort
}

secret_token() { k get secret "$1-$CLUSTER-bound-token" --output 'jsonpath={.data.token}' 2>/dev/null | base64 -d; }

# Prints the claims of the token on stdin as JSON.
token_claims() {
  local part
  part=$(cut -d. -f2 | tr '_-' '/+')
  while ((${#part} % 4)); do part+='='; done
  base64 -d <<<"$part"
}

# Sends a request to the API server with the token on stdin; prints the response.
ask_api_server_as_bearer() {
  local file=$WORK/bearer.kubeconfig original=${KUBECONFIG:-$HOME/.kube/config}
  (umask 077 && printf 'apiVersion: v1\nkind: Config\nusers: [{name: walkthrough-bearer, user: {token: "%s"}}]\n' "$(cat)" >"$file")
  KUBECONFIG=$file:$original kubectl --user=walkthrough-bearer get --raw /api/v1 2>&1
}

is_in_force() { [ "$(k get natsservicerole "$1" --output 'jsonpath={.status.inForce}')" = 3/3 ]; } # role

monitoring() { # server, path
  k get --raw "/api/v1/namespaces/$NAMESPACE/pods/$1:8222/proxy/$2" 2>/dev/null
}

# Prints the client connections of NATS user $1: server, cid, connection name. Fails unless every server responds.
connections() {
  local server
  for server in "${SERVERS[@]}"; do
    monitoring "$server" 'connz?auth=1&limit=1024' | awk -F'"' -v server="$server" -v user="$1" '
      /"cid":/ { cid = $3; gsub(/[^0-9]/, "", cid); name = "" }
      /"name":/ { name = $4 }
      /"authorized_user":/ { if ($4 == user) print server, cid, name }' || return
  done
}

reloads() { # server: prints the number of logged reloads
  k logs "$1" --container nats 2>/dev/null | grep -c 'Reloaded server configuration'
}
