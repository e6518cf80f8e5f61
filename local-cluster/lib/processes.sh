# shellcheck shell=bash
# Identifies the node's processes. A recorded pid is valid only with its start time, since pids are reused.

start_time() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }

record_self() { # file
  local self=$BASHPID
  echo "$self $(start_time "$self")" >"$1"
}

recorded_pid() { # file: prints the pid if the same process still runs
  local pid started
  read -r pid started 2>/dev/null <"$1" || return 1
  [ -n "$started" ] && [ "$(start_time "$pid")" = "$started" ] || return 1
  echo "$pid"
}

# `up` and its child processes, except the node, have this variable, so that `down` finds the processes of a killed `up`.
MARK=LOCAL_CLUSTER_UP

run_marked() { # command…: runs it in a separate marked process
  [ "${!MARK-}" = "$STATE" ] && return
  exec env "$MARK=$STATE" "$HERE/local-cluster" "$@"
}

marked_pids() {
  local file pid
  for file in /proc/[0-9]*/environ; do
    pid=${file#/proc/} pid=${pid%/environ}
    [ "$pid" != $$ ] && grep -qzxF "$MARK=$STATE" "$file" 2>/dev/null && echo "$pid"
  done
  return 0
}

runs() { [ -d "/proc/$1" ] && ! grep -q '^State:.Z' "/proc/$1/status" 2>/dev/null; }

kill_and_wait() { # pid…
  local pid
  kill -KILL "$@" 2>/dev/null || true
  for pid; do
    for _ in $(seq 100); do
      runs "$pid" || break
      sleep 0.05
    done
  done
}
