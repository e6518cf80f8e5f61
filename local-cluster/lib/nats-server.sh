# shellcheck shell=bash
# nats-server VERSION as a host binary: $BIN/nats-server-VERSION.

nats_server_path() { echo "$BIN/nats-server-$1"; }

# Before 2.0 the module, the package and the binary had the name gnatsd.
nats_command() { case $1 in 0.* | 1.*) echo gnatsd ;; *) echo nats-server ;; esac; }

nats_package() {
  case $1 in
    0.* | 1.*) echo github.com/nats-io/gnatsd ;;
    *) echo github.com/nats-io/nats-server/v2 ;;
  esac
}

check_nats_version() {
  [[ $1 =~ ^[0-9]+\.[0-9]+\.[0-9]+([-.][0-9A-Za-z.-]+)?$ ]] || die "'$1' is not a valid nats-server version; use a release such as 2.10.27"
}

build_nats_server() {
  check_nats_version "$1"
  once "nats-server-$1" "$1" "nats-server $1" "nats-server-$1" go_nats_server "$1"
}

go_nats_server() {
  cd "$OUT" || return
  # A separate module, since gnatsd has no go.mod, and `go install …@v` could not resolve its imports.
  go mod init local-cluster/nats-server
  go get "$(nats_package "$1")@v$1"
  go build -mod=mod "${GO_FLAGS[@]}" -ldflags "$STRIP" -o "nats-server-$1" "$(nats_package "$1")"
}
