# shellcheck shell=bash
# Prints one line per step: number, result, action, observations.

PASSED=0
FAILED=0
SEEN=

saw() { SEEN+=${SEEN:+; }$*; }

# wrong TEXT : for `check || wrong "actual state" || return`
wrong() {
  saw "WRONG: $*"
  return 1
}

step() { # number, what is done, function
  SEEN=
  if "$3"; then
    PASSED=$((PASSED + 1))
    printf '%-4s ok      %s: %s\n' "$1" "$2" "$SEEN"
  else
    FAILED=$((FAILED + 1))
    printf '%-4s FAILED  %s: %s\n' "$1" "$2" "$SEEN"
  fi
}

# A step that all later steps depend on.
must_step() {
  local failed=$FAILED
  step "$@"
  [ "$FAILED" = "$failed" ] && return
  echo "The remaining steps depend on this step." && summary
}

summary() {
  echo "$PASSED passed, $FAILED failed"
  [ "$FAILED" = 0 ] || exit 1
  exit 0
}

give_up() { echo "verify.sh: $*" >&2 && exit 2; }

now() { echo "$EPOCHREALTIME"; }
seconds_since() { between "$1" "$EPOCHREALTIME"; }
between() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", b - a }'; }

# eventually SECONDS COMMAND… : runs the command ten times a second until it succeeds or the time is over.
eventually() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < deadline)) || return 1
    sleep 0.1
  done
}
