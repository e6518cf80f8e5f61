# shellcheck shell=bash
# Deliberate failures: a component crashes, or hangs for a while.

cmd_restart() { # component
  require_component restart "$@"
  touch "$COMPONENTS/$1.restart"
  signal_component "$1" KILL
  for _ in $(seq 1200); do
    [ -e "$COMPONENTS/$1.restart" ] || break
    sleep 0.05
  done
  [ ! -e "$COMPONENTS/$1.restart" ] || die "$1 was not restarted; see the logs in $LOG"
  say "$1 was killed and restarted"
}

cmd_pause() { # component
  require_component pause "$@"
  signal_component "$1" STOP
  say "$1 is suspended until '$0 resume $1'"
}

cmd_resume() { # component
  require_component resume "$@"
  signal_component "$1" CONT
  say "$1 is resumed"
}

require_component() { # command component
  require_root "$1"
  require_node
  local known
  known=$(find "$COMPONENTS" -name '*.pid' -printf '%f\n' | sed 's/\.pid$//' | sort)
  grep -qxF "${2-}" <<<"$known" || die "usage: $1 COMPONENT, one of: ${known//$'\n'/, }"
}

# The pid is valid in the node's PID namespace.
signal_component() { # component signal
  local inner
  inner=$(pgrep -P "$(node_pid)")
  nsenter -t "$inner" -p kill "-$2" "$(cat "$COMPONENTS/$1.pid")"
}
