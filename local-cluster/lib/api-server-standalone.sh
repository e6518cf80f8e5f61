# shellcheck shell=bash
# api-server DIR: runs only etcd and kube-apiserver, on loopback, in the foreground. Many can run at once.

cmd_api_server() {
  local dir=${1-}
  [ -n "$dir" ] || die "usage: api-server DIR [flag of kube-apiserver]…"
  shift
  mkdir -p "$dir"
  dir=$(cd "$dir" && pwd)
  require_packages openssl setpriv
  local assets
  assets=$(api_server_binaries)
  make_ca "$dir/pki"
  make_apiserver_certificate "$dir/pki" 127.0.0.1
  make_certificate "$dir/pki" admin /O=system:masters/CN=admin DNS:admin
  trap 'exit 0' TERM INT HUP
  trap end_pair EXIT
  local attempt
  for attempt in 1 2 3 4 5; do
    start_pair "$dir" "$assets" "$@"
    wait_for_pair "$dir" && break
    # Another process may have taken a port since it was found free.
    if [ "$attempt" = 5 ] || ! grep -q 'address already in use' "$dir"/*.log; then pair_failed "$dir"; fi
    end_pair
  done
  echo ready
  while pair_runs; do pause 0.3; done
  pair_failed "$dir"
}

api_server_binaries() {
  if [ -n "${KUBEBUILDER_ASSETS-}" ]; then
    local program
    for program in etcd kube-apiserver; do
      [ -x "$KUBEBUILDER_ASSETS/$program" ] || die "KUBEBUILDER_ASSETS: $KUBEBUILDER_ASSETS does not contain $program; set it to a folder with etcd and kube-apiserver"
    done
    echo "$KUBEBUILDER_ASSETS"
  else
    build_api_server
    echo "$BIN"
  fi
}

start_pair() { # dir assets flag…
  local dir=$1 assets=$2 etcd_port peer_port
  shift 2
  free_ports etcd_port peer_port PORT
  rm -rf "$dir/etcd" "$dir/kubeconfig" "$dir"/*.log
  write_kubeconfig "$dir/pki" admin "https://127.0.0.1:$PORT" "$dir/starting.conf"
  # pdeathsig: the kernel kills both processes if this script is killed without cleanup.
  setpriv --pdeathsig KILL "$assets/etcd" --data-dir "$dir/etcd" --unsafe-no-fsync \
    --listen-client-urls="http://127.0.0.1:$etcd_port" --advertise-client-urls="http://127.0.0.1:$etcd_port" \
    --listen-peer-urls="http://127.0.0.1:$peer_port" >"$dir/etcd.log" 2>&1 </dev/null &
  ETCD=$!
  # The ServiceAccount admission plugin needs ServiceAccounts that only a controller manager creates.
  # shellcheck disable=SC2046 # several flags
  setpriv --pdeathsig KILL "$assets/kube-apiserver" --etcd-servers="http://127.0.0.1:$etcd_port" \
    --bind-address=127.0.0.1 --advertise-address=127.0.0.1 --secure-port="$PORT" --authorization-mode=RBAC \
    --service-cluster-ip-range="$SERVICE_CIDR" --allow-privileged --disable-admission-plugins=ServiceAccount \
    --endpoint-reconciler-type=none $(common_apiserver_flags "$dir/pki") \
    ${AUDIT_LOG:+$(audit_flags "$AUDIT_LOG" "$dir/audit-policy.yaml")} "$@" >"$dir/kube-apiserver.log" 2>&1 </dev/null &
  APISERVER=$!
}

# Sets each named variable to an unused port, below the range of the kernel's ephemeral ports.
free_ports() {
  local variable candidate
  for variable; do
    until
      candidate=$((10000 + (RANDOM * 32768 + RANDOM) % 22000))
      ! (exec 4<>"/dev/tcp/127.0.0.1/$candidate") 2>/dev/null
    do :; done
    printf -v "$variable" %s "$candidate"
  done
}

wait_for_pair() { # dir
  for _ in $(seq 1200); do
    pair_runs || return 1
    api_server_ready "$1/pki" "127.0.0.1:$PORT" && mv "$1/starting.conf" "$1/kubeconfig" && return
    pause 0.1
  done
  say "kube-apiserver is not ready after 2 minutes"
  return 1
}

pair_runs() { kill -0 "$ETCD" 2>/dev/null && kill -0 "$APISERVER" 2>/dev/null; }

# Waits by reading stdin, and exits when it closes, since then the parent process has ended.
pause() { # seconds
  local status=0
  read -r -t "$1" || status=$?
  [ "$status" != 1 ] || exit 0
}

end_pair() {
  kill -KILL "${APISERVER-}" "${ETCD-}" 2>/dev/null || true
  wait "${APISERVER-}" "${ETCD-}" 2>/dev/null || true
}

pair_failed() { # dir
  tail -n 10 "$1"/*.log >&2
  die "etcd or kube-apiserver exited; see the logs in $1"
}
