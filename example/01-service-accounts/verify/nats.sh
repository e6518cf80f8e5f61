# shellcheck shell=bash
# shellcheck disable=SC2016 # scripts in single quotes are expanded in the pod
# NATS clients: the nats command line in the client pods.

# Runs in a client pod before each script: url prints the URL with user and token, as in 2018.
AS_CLIENT='token=$(cat /var/run/secrets/nats.io/token); url() { echo "nats://$user:$token@$1:4222"; };'

# in_pod USER SCRIPT [ARGUMENT…] : runs a script in the user's pod, with its stdin, stdout and exit code.
in_pod() {
  local user=$1 script=$2
  shift 2
  k exec --stdin "$user-pod" -- sh -c "user=$user; $AS_CLIENT $script" sh "$@"
}

publish() { # user subject text
  in_pod "$1" 'timeout 5 nats --server "$(url "$1")" pub "$2" "$3" 2>&1' "$CLUSTER" "$2" "$3" </dev/null 2>/dev/null
}

# Subscribes for at most two seconds; prints the client's output.
try_to_subscribe() { # user subject
  in_pod "$1" 'timeout 2 nats --server "$(url "$1")" sub "$2" 2>&1' "$CLUSTER" "$2" </dev/null 2>/dev/null
}

# Starts a client in the background. Its output goes to $WORK/NAME, and NAME is the name of its connection.
subscriber() { # name user server subject
  in_pod "$2" 'exec timeout 1800 nats --server "$(url "$1")" --connection-name "$2" sub "$3" 2>&1' "$3" "$1" "$4" \
    </dev/null >"$WORK/$1" 2>&1 &
  BACKGROUND+=($!)
}

received() { grep -q "Received on \"$2\"" "$WORK/$1"; } # subscriber, subject

# Tries one login per server and line of stdin: "description user:password", or only "description" for no user.
# Prints "server description" for each login that was not rejected.
not_refused() { # client pod's user
  in_pod "$1" '
    while read -r what login; do
      for server; do
        # Retries if the client could not connect in time.
        for attempt in 1 2 3 4 5 6 7 8 9; do
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
