# shellcheck shell=bash
# shellcheck disable=SC2016 # scripts in single quotes are expanded in the pod
# A probe is one raw connection of nats-user to one server. Every 50 ms it subscribes to "hi" and sends a PING. The probe logs
# each line of the server with the time of its arrival on this machine, so only one clock is involved.

start_probe() { # server
  in_pod nats-user '
    ask() {
      printf "CONNECT {\"verbose\":false,\"pedantic\":false,\"user\":\"%s\",\"pass\":\"%s\",\"name\":\"probe\"}\r\n" "$user" "$token"
      n=0
      while [ $n -lt 24000 ]; do
        n=$((n + 1))
        printf "SUB hi %d\r\nPING\r\n" $n || break
        sleep 0.05
      done
    }
    ask | { nc "$1" 4222; echo CLOSED; }' "$1.$CLUSTER-mgmt" </dev/null 2>/dev/null |
    while IFS= read -r line; do echo "$EPOCHREALTIME $line"; done >"$WORK/probe-$1" &
  BACKGROUND+=($!)
}

start_probes() {
  local server
  for server in "${SERVERS[@]}"; do start_probe "$server"; done
}

# Each prints the time at which the server's probe first saw the fact; nothing if it has not seen it yet.
probe_refused() { awk '/Permissions Violation for Subscription to "hi"/ { print $1; exit }' "$WORK/probe-$1"; }
probe_closed() { awk '$2 == "CLOSED" { print $1; exit }' "$WORK/probe-$1"; }
probe_allowed() { # a PONG without a violation since the previous PONG
  awk '/Permissions Violation/ { refused = 1 } $2 ~ /^PONG/ { if (!refused) { print $1; exit } refused = 0 }' "$WORK/probe-$1"
}

# all_probes FACT : prints the latest time if every probe has seen the fact.
all_probes() {
  local server time latest=0
  for server in "${SERVERS[@]}"; do
    time=$("$1" "$server")
    [ -n "$time" ] || return 1
    latest=$(printf '%s\n' "$latest" "$time" | sort -n | tail -n 1)
  done
  echo "$latest"
}
probes_have() { all_probes "$1" >/dev/null; }
no_probe_has() {
  local server
  for server in "${SERVERS[@]}"; do
    [ -z "$("$1" "$server")" ] || return 1
  done
}
