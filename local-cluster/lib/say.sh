# shellcheck shell=bash
# Progress goes to stderr, and results (paths, names) go to stdout.

say() { echo "local-cluster: $*" >&2; }
die() { say "$*"; exit 1; }

# step TEXT COMMAND… : prints one line before and one after with the duration, and the command's output only if it fails.
step() {
  local text=$1 start=$SECONDS
  shift
  say "$text …"
  (step_quietly "$text" "$@") # no `||` here: it would switch off `set -e` inside the command
  say "$text: done in $((SECONDS - start)) s"
}

step_quietly() {
  local text=$1 log
  shift
  log=$(mktemp)
  exec 3>&2 >"$log" 2>&1
  # shellcheck disable=SC2064 # expanded now
  trap "step_ended '$log' '$text'" EXIT
  "$@"
}

step_ended() {
  local status=$?
  if [ "$status" != 0 ]; then
    cat "$1" >&3
    say "$2: failed" 2>&3
  fi
  rm -f "$1"
}
