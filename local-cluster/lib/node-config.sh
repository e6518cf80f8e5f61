# shellcheck shell=bash
# The configuration files of the node's components.

write_node_config() {
  write_containerd_config >"$STATE/containerd.toml"
  write_cni_config >"$STATE/cni/10-local-cluster.conflist"
  write_kubelet_config >"$STATE/kubelet.yaml"
  write_dns_config >"$STATE/Corefile"
}

write_containerd_config() {
  # restrict_oom_score_adj: without CAP_SYS_RESOURCE, as in many sandboxes, no container could start.
  cat <<END
version = 2
root = "$STATE/containerd/root"
state = "$STATE/containerd/run"
[grpc]
  address = "$CONTAINERD_SOCKET"
[plugins."io.containerd.internal.v1.opt"]
  path = "$STATE/containerd/opt"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "$PAUSE_IMAGE"
  enable_unprivileged_ports = true
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "$STATE/cni"
END
}

write_cni_config() {
  cat <<END
{"cniVersion": "1.0.0", "name": "local-cluster", "plugins": [
  {"type": "bridge", "bridge": "cni0", "isGateway": true, "ipMasq": true, "hairpinMode": true,
   "ipam": {"type": "host-local", "dataDir": "$STATE/ipam",
            "ranges": [[{"subnet": "$POD_CIDR"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
  {"type": "portmap", "capabilities": {"portMappings": true}}]}
END
}

write_kubelet_config() {
  # Image garbage collection is off (100), since a deleted image could not be pulled again. syncFrequency keeps its default,
  # since the tests measure how fast a real kubelet updates a changed Secret.
  cat <<END
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: $PKI/ca.crt}}
authorization: {mode: Webhook}
cgroupDriver: cgroupfs
cgroupRoot: /$CGROUP
clusterDNS: [$DNS_IP]
clusterDomain: cluster.local
containerRuntimeEndpoint: unix://$CONTAINERD_SOCKET
evictionHard: {imagefs.available: "1%", nodefs.available: "1%", memory.available: "100Mi"}
failSwapOn: false
imageGCHighThresholdPercent: 100
maxPods: 250
podLogsDir: $LOG/pods
tlsCertFile: $PKI/kubelet.crt
tlsPrivateKeyFile: $PKI/kubelet.key
volumePluginDir: $STATE/kubelet/plugins-exec
END
}

write_dns_config() {
  # No cache: responses come from memory anyway, and a new pod's name resolves at once. Names outside the cluster do not exist;
  # after a "server failure" some resolvers would stop searching.
  cat <<END
.:53 {
  errors
  ready :8181
  kubernetes cluster.local in-addr.arpa ip6.arpa {
    kubeconfig $KUBECONFIG_FILE
    ttl 1
  }
  template ANY ANY . {
    rcode NXDOMAIN
  }
}
END
}
