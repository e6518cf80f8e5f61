# shellcheck shell=bash disable=SC2034
# All paths and addresses, and all versions that no go.mod pins.

# Up to four nodes can run at the same time: 0, the default, to 3. local-cluster/test uses 3.
INSTANCE=${LOCAL_CLUSTER_INSTANCE:-0}
[[ $INSTANCE = [0-3] ]] || die "LOCAL_CLUSTER_INSTANCE: '$INSTANCE' is not valid; use 0 to 3"
NAME=local-cluster${INSTANCE#0}

CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/nats-operator-local-cluster
BIN=$CACHE/bin         # Go binaries
IMAGES=$CACHE/images   # image archives, named after their inputs
BUILDAH=$CACHE/buildah # storage of buildah, with java-base
PROGRAMS=$CACHE/programs # folders of `program`, with a hash of their files in the name

STATE=${XDG_STATE_HOME:-$HOME/.local/state}/$NAME
PKI=$STATE/pki
LOG=$STATE/log
AUDIT=$LOG/audit.log
COMPONENTS=$STATE/components # one file per component with its pid in the node's namespace
KUBECONFIG_FILE=$STATE/admin.conf
CONTAINERD_SOCKET=$STATE/containerd/containerd.sock

NODE_NAME=node1
LINK=$NAME               # host end of the veth pair
CGROUP=$NAME             # the kubelet's cgroupRoot
HOST_IP=10.251.$INSTANCE.254
NODE_IP=10.251.$INSTANCE.1
POD_CIDR=10.$((244 + INSTANCE)).0.0/16
DNS_IP=10.$((244 + INSTANCE)).0.1 # the bridge's own address, where CoreDNS listens
SERVICE_CIDR=10.$((96 + INSTANCE)).0.0/16
KUBERNETES_SERVICE_IP=10.$((96 + INSTANCE)).0.1

# Requests to the node must not go through a proxy.
export NO_PROXY=${NO_PROXY:+$NO_PROXY,}$NODE_IP,127.0.0.1

KUBERNETES_VERSION=1.34.4   # must match go/kubernetes/go.mod
NATS_CLI_VERSION=0.5.0
HELM_VERSION=3.22.0
RELOADER_VERSION=0.22.4     # must match go/reloader/go.mod
NATS_BOX_VERSION=0.19.0
NATS_SERVER_VERSIONS=(1.2.0 2.10.27 2.15.3)
