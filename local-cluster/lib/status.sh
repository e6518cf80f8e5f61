# shellcheck shell=bash
# Commands that only print information.

cmd_status() {
  if ! node_is_up; then
    if node_pid >/dev/null; then say "starting, or up was interrupted; run up or down"; else say "down"; fi
    [ -f "$STATE/failed" ] && say "the last node exited because $(cat "$STATE/failed") exited; see the logs in $LOG"
    return 1
  fi
  kubectl_admin get nodes,pods --all-namespaces
  echo
  echo "kubeconfig  $KUBECONFIG_FILE"
  echo "audit log   $AUDIT"
  echo "logs        $LOG"
  echo "images      $(node_ctr images list -q | grep -v '^sha256:' | sort | tr '\n' ' ')"
}

cmd_kubeconfig() { echo "$KUBECONFIG_FILE"; }
cmd_audit_log() { echo "$AUDIT"; }

cmd_bin() {
  build_api_server
  build_tools
  echo "$BIN"
}

cmd_nats_server() {
  [ $# = 1 ] || die "usage: nats-server VERSION"
  build_nats_server "$1"
  nats_server_path "$1"
}
