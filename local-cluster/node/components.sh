# shellcheck shell=bash
# The components of the Kubernetes node, in the order of their dependencies.

wait_for_file() { until [ -e "$1" ]; do sleep 0.05; done; }

start_components() {
  run etcd "$BIN/etcd" --data-dir "$STATE/etcd" --unsafe-no-fsync
  run containerd containerd -c "$STATE/containerd.toml"
  start_apiserver
  until api_server_ready "$PKI" 127.0.0.1:6443; do sleep 0.1; done
  wait_for_file "$CONTAINERD_SOCKET"
  start_controllers
  run kubelet "$BIN/kubelet" --config="$STATE/kubelet.yaml" --kubeconfig="$STATE/kubelet.conf" \
    --hostname-override="$NODE_NAME" --node-ip="$NODE_IP" --root-dir="$STATE/kubelet"
  run kube-proxy "$BIN/kube-proxy" --kubeconfig="$KUBECONFIG_FILE" --hostname-override="$NODE_NAME" \
    --proxy-mode=iptables --cluster-cidr="$POD_CIDR" --conntrack-max-per-core=0
  run coredns "$BIN/coredns" -conf "$STATE/Corefile"
  until dns_ready; do sleep 0.1; done
}

start_apiserver() {
  # shellcheck disable=SC2046 # several flags
  run kube-apiserver "$BIN/kube-apiserver" --etcd-servers=http://127.0.0.1:2379 --advertise-address="$NODE_IP" \
    --service-cluster-ip-range="$SERVICE_CIDR" --authorization-mode=Node,RBAC --allow-privileged \
    --enable-admission-plugins=NodeRestriction --kubelet-preferred-address-types=InternalIP \
    --kubelet-client-certificate="$PKI/admin.crt" --kubelet-client-key="$PKI/admin.key" \
    $(common_apiserver_flags "$PKI") $(audit_flags "$AUDIT" "$STATE/audit-policy.yaml")
}

# --kube-api-qps, --kube-api-burst and --node-monitor-period speed up the start. At the default of 20 requests per second the
# controllers' ServiceAccounts take 5 s, and a new node loses its "not ready" taint only at the next monitor period.
start_controllers() {
  run kube-controller-manager "$BIN/kube-controller-manager" --kubeconfig="$KUBECONFIG_FILE" --leader-elect=false \
    --service-account-private-key-file="$PKI/sa.key" --root-ca-file="$PKI/ca.crt" --use-service-account-credentials \
    --cluster-signing-cert-file="$PKI/ca.crt" --cluster-signing-key-file="$PKI/ca.key" --enable-hostpath-provisioner \
    --flex-volume-plugin-dir="$STATE/kubelet/plugins-exec" \
    --kube-api-qps=200 --kube-api-burst=400 \
    --node-monitor-period=1s
  run volumes open_volumes
  run kube-scheduler "$BIN/kube-scheduler" --kubeconfig="$KUBECONFIG_FILE" --leader-elect=false
}

dns_ready() {
  { exec 3<>/dev/tcp/127.0.0.1/8181; } 2>/dev/null || return 1
  printf 'GET /ready HTTP/1.0\r\n\r\n' >&3
  grep -q ' 200 ' <&3
}
