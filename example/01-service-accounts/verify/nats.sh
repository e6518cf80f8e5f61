# shellcheck shell=bash
# shellcheck disable=SC2016 # scripts in single quotes are expanded in the pod
# NATS as the client pods see it, by the nats command line in them.

# Runs in a client pod before each script: $url is how a client logs in, as in 2018.
AS_CLIENT='token=$(cat /var/run/secrets/nats.io/token); url() { echo "nats://$user:$token@$1:4222"; };'

# in_pod USER SCRIPT [ARGUMENT…] : stdin, stdout and the exit code are the script's.
in_pod() {
  local user=$1 script=$2
  shift 2
  k exec --stdin "$user-pod" -- sh -c "user=$user; $AS_CLIENT $script" sh "$@"
}

publish() { # user subject text
  in_pod "$1" 'timeout 5 nats --server "$(url "$1")" pub "$2" "$3" 2>&1' "$CLUSTER" "$2" "$3" </dev/null 2>/dev/null
}

# Subscribes for two seconds at most; prints what the client says.
try_to_subscribe() { # user subject
  in_pod "$1" 'timeout 2 nats --server "$(url "$1")" sub "$2" 2>&1' "$CLUSTER" "$2" </dev/null 2>/dev/null
}

# A client that stays: its output goes to $WORK/NAME, its connection is called NAME.
subscriber() { # name user server subject
  in_pod "$2" 'exec timeout 300 nats --server "$(url "$1")" --connection-name "$2" sub "$3" 2>&1' "$3" "$1" "$4" \
    </dev/null >"$WORK/$1" 2>&1 &
  BACKGROUND+=($!)
}

received() { grep -q "Received on \"$2\"" "$WORK/$1"; } # subscriber, subject

# One login per server and line of stdin, "what-it-is user:password" or "what-it-is" alone for no user at all.
# Prints "server what-it-is" for each that was not refused as it should be.
not_refused() { # client pod's user
  in_pod "$1" '
    while read -r what login; do
      for server; do
        # Once more where it did not even connect in time.
        for attempt in 1 2 3; do
          answer=$(timeout 5 nats --server "nats://${login:+$login@}$server:4222" pub foo.x intruder 2>&1 </dev/null)
          case $answer in *"Authorization Violation"* | *Published*) break ;; esac
        done
        case $answer in *"Authorization Violation"*) ;; *) echo "$server $what: $answer" ;; esac
      done
    done' "${SERVERS[@]/%/.$CLUSTER-mgmt}"
}

BACKGROUND=()
end_background() {
  [ ${#BACKGROUND[@]} = 0 ] || kill "${BACKGROUND[@]}" 2>/dev/null
  BACKGROUND=()
}
