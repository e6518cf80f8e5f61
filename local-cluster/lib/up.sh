# shellcheck shell=bash
# up: starts a Ready node with the base images. It first removes an incomplete node.

cmd_up() {
  require_root up
  already_up && return
  run_marked up
  mkdir -p "$CACHE"
  exec 9>"$CACHE/up.lock"
  flock -n 9 || { say "waiting for another up or down" && flock 9; }
  already_up && return
  local start=$SECONDS
  check_places
  require_packages "${NODE_COMMANDS[@]}" busybox-static
  build_all
  build_base_images
  clean_up
  start_node
  load_base_images
  wait_ready
  kubectl_admin apply -f "$HERE/node/manifests" >/dev/null
  touch "$COMPLETE"
  say "up after $((SECONDS - start)) s; export KUBECONFIG=$KUBECONFIG_FILE"
}

already_up() { node_is_up && say "already up; export KUBECONFIG=$KUBECONFIG_FILE"; }

check_places() { # the node has its own /run
  case $STATE/:$CACHE/ in /run/* | *:/run/*) die "state and cache must not be in /run; set XDG_STATE_HOME and XDG_CACHE_HOME" ;; esac
}

wait_ready() {
  say "waiting until the node is Ready"
  for _ in $(seq 900); do
    node_pid >/dev/null || node_failed
    [ -f "$STATE/started" ] && node_takes_pods && return
    sleep 0.2
  done
  kubectl_admin describe node "$NODE_NAME" >&2 || true
  die "the node is not Ready after 3 minutes; see the logs in $LOG"
}

node_takes_pods() {
  [ "$(kubectl_admin get node "$NODE_NAME" -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}{.spec.taints}' 2>/dev/null)" = True ] &&
    kubectl_admin get serviceaccount default -n default >/dev/null 2>&1
}
