# shellcheck shell=bash
# The node's own network. `up` adds the link to the host from outside.

private_network() {
  ip link set lo up
  sysctl -qw net.ipv4.ip_forward=1
  ip link add cni0 type bridge
  ip addr add "$DNS_IP/16" dev cni0
  ip link set cni0 up
}
