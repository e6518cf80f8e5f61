#!/bin/sh
# Prints the messages of a subject. The command line has the password of its start, so it must end when the token has changed.
while true; do
  token=$(cat "$NATS_TOKEN_FILE")
  NATS_PASSWORD=$token nats --inbox-prefix="$NATS_INBOX_PREFIX" sub "$1" &
  client=$!
  trap 'kill $client' EXIT
  trap 'exit' INT TERM
  while kill -0 $client 2>/dev/null && [ "$(cat "$NATS_TOKEN_FILE")" = "$token" ]; do sleep 1; done
  kill $client 2>/dev/null
  sleep 1
done
