# shellcheck shell=bash
# Mounts that replace files of the host for the node. They disappear with the mount namespace.

private_filesystem() {
  mount --make-rshared / # the kubelet needs mount propagation; unshare has disabled propagation to the host
  mount -t tmpfs tmpfs /run
  mkdir -p /run/lock
  private_var_and_tmp
  instead_of /etc/resolv.conf "nameserver $DNS_IP"
  instead_of /etc/hosts "127.0.0.1 localhost
$NODE_IP $NODE_NAME"
  keep_host_kernel_settings
}

# CNI and kubelet write to /var. The host-path provisioner always has its volumes in /tmp.
private_var_and_tmp() {
  mkdir -p "$STATE"/{tmp,var/lib,var/log,var/tmp} /run/keep/{state,cache}
  chmod 1777 "$STATE"/tmp "$STATE"/var/tmp
  ln -sfn /run "$STATE/var/run"
  mount --bind "$STATE" /run/keep/state
  mount --bind "$CACHE" /run/keep/cache
  mount --bind "$STATE/var" /var
  mount --bind /run/keep/state/tmp /tmp
  # State and cache may be in /var or /tmp, so they are mounted at their paths again.
  mkdir -p "$STATE" "$CACHE"
  mount --bind /run/keep/state "$STATE"
  mount --bind /run/keep/cache "$CACHE"
}

instead_of() { # file content
  local copy=$STATE/instead$1
  mkdir -p "${copy%/*}"
  echo "$2" >"$copy"
  mount --bind "$copy" "$1"
}

# These settings are not namespaced, and the kubelet requires certain values: it reads them from replaced files.
keep_host_kernel_settings() {
  instead_of /proc/sys/vm/overcommit_memory 1
  instead_of /proc/sys/vm/panic_on_oom 0
  instead_of /proc/sys/kernel/panic 10
  instead_of /proc/sys/kernel/panic_on_oops 1
  instead_of /proc/sys/kernel/keys/root_maxkeys 1000000
  instead_of /proc/sys/kernel/keys/root_maxbytes 25000000
}
