# shellcheck shell=bash
# The node from outside: one process, which is the first in its namespaces (node/init), and a network link to it.

COMPLETE=$STATE/complete # the last thing that `up` writes

node_pid() { recorded_pid "$STATE/pid"; }
node_is_up() { [ -f "$COMPLETE" ] && node_pid >/dev/null; }
require_node() { node_is_up || die "the node is not running; run '$0 up' first"; }

kubectl_admin() { "$BIN/kubectl" --kubeconfig "$KUBECONFIG_FILE" "$@"; }

start_node() {
  say "starting the node"
  mkdir -p "$PKI" "$LOG" "$COMPONENTS" "$STATE"/{etcd,containerd,cni}
  make_ca "$PKI"
  make_apiserver_certificate "$PKI" "$NODE_IP" "$KUBERNETES_SERVICE_IP"
  make_certificate "$PKI" admin /O=system:masters/CN=admin DNS:admin
  make_certificate "$PKI" kubelet "/O=system:nodes/CN=system:node:$NODE_NAME" "DNS:$NODE_NAME,IP:$NODE_IP"
  write_kubeconfig "$PKI" kubelet "https://$NODE_IP:6443" "$STATE/kubelet.conf"
  write_kubeconfig "$PKI" admin "https://$NODE_IP:6443" "$KUBECONFIG_FILE"
  write_node_config
  make_cgroups
  launch_node
  connect_node
}

launch_node() {
  # The process records itself before it becomes the node, so that `down` finds it at any time.
  (
    record_self "$STATE/pid"
    exec 9>&- env -u "$MARK" setsid unshare --mount --propagation private --net --pid --fork --mount-proc --kill-child \
      "$HERE/node/init" "$HERE"
  ) </dev/null >"$LOG/node.log" 2>&1 &
  disown
}

connect_node() {
  local outer inner=
  for _ in $(seq 1200); do
    outer=$(node_pid) && inner=$(pgrep -P "$outer") && [ -f "$STATE/namespaces" ] && break
    sleep 0.05
  done
  [ -n "$inner" ] || node_failed
  ip link add "$LINK" type veth peer name eth0 netns "$inner"
  ip addr add "$HOST_IP/24" dev "$LINK"
  ip link set "$LINK" up
  nsenter -t "$inner" -n sh -c "ip addr add $NODE_IP/24 dev eth0 && ip link set eth0 up && ip route add default via $HOST_IP"
  # Makes pods and Services reachable from the host.
  ip route add "$POD_CIDR" via "$NODE_IP"
  ip route add "$SERVICE_CIDR" via "$NODE_IP"
  touch "$STATE/connected"
}

node_failed() {
  tail -n 5 "$LOG/node.log" >&2
  local failed
  failed=$(cat "$STATE/failed" 2>/dev/null) && tail -n 15 "$LOG/$failed.log" >&2
  die "the node exited${failed:+: $failed exited}; see the logs in $LOG"
}
