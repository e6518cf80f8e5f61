# shellcheck shell=bash disable=SC2030,SC2031 # OUT is meant for the subshell of `once` only
# Builds Go binaries once into $BIN. A stamp file next to them contains the hash of their inputs.

export CGO_ENABLED=0
GO_FLAGS=(-trimpath -buildvcs=false)
STRIP="-s -w"

require_go() {
  local v
  command -v go >/dev/null || die "go is missing; install Go 1.25 or newer (go.dev/dl) and add it to PATH"
  v=$(go env GOVERSION)
  v=${v#go1.}
  [ "${v%%[!0-9]*}" -ge 25 ] || die "go 1.${v} is too old; install Go 1.25 or newer"
  # Some Go tools refuse to build without these.
  export USER=${USER:-root} HOME
}

# built NAME KEY FILE… : succeeds if all files exist and were built from KEY.
built() {
  local name=$1 key=$2 file
  shift 2
  for file in "$@"; do [ -x "$BIN/$file" ] || return 1; done
  [ "$(cat "$BIN/.$name" 2>/dev/null)" = "$key" ]
}

# once NAME KEY TEXT FILES BUILDER… : runs BUILDER with OUT set to an empty folder, then moves FILES into $BIN.
once() {
  local name=$1 key=$2 text=$3 files=$4
  shift 4
  # shellcheck disable=SC2086 # a list of names
  built "$name" "$key" $files && return
  require_go
  mkdir -p "$BIN"
  (
    flock 8 # two runs may need the same binary
    # shellcheck disable=SC2086
    built "$name" "$key" $files && exit
    OUT=$BIN/.new-$name
    rm -rf "$OUT" # of a run that was killed
    mkdir "$OUT"
    trap 'rm -rf "$OUT"' EXIT
    step "building $text" "$@"
    cd "$OUT" || exit
    # shellcheck disable=SC2086
    mv -f -t "$BIN" $files
    echo "$key" >"$BIN/.$name"
  ) 8>"$BIN/.$name.lock"
}

# Builders. Each writes into $OUT.
go_module() { # folder under go/, package or "tool", linker flags
  (cd "$HERE/go/$1" && GOBIN=$OUT go install "${GO_FLAGS[@]}" -ldflags "$STRIP ${3-}" "$2")
}
go_etcd() { (cd "$HERE/go/etcd" && go build "${GO_FLAGS[@]}" -ldflags "$STRIP" -o "$OUT/etcd" go.etcd.io/etcd/server/v3); }
go_package() { (cd "$OUT" && GOBIN=$OUT go install "${GO_FLAGS[@]}" -ldflags "$STRIP ${2-}" "$1"); }

module_key() { (cd "$HERE/go/$1" && cat -- * | sha256sum | cut -c1-16); }

build_api_server() {
  local v=k8s.io/component-base/version
  once etcd "$(module_key etcd)" "etcd (about 1 minute)" etcd go_etcd
  once kubernetes "$(module_key kubernetes)" "Kubernetes $KUBERNETES_VERSION (about 6 minutes on 2 cores)" \
    "kube-apiserver kube-controller-manager kube-proxy kube-scheduler kubectl kubelet" \
    go_module kubernetes tool \
    "-X $v.gitVersion=v$KUBERNETES_VERSION -X $v.gitMajor=1 -X $v.gitMinor=${KUBERNETES_VERSION:2:2}"
}

build_tools() {
  once nats "$NATS_CLI_VERSION" "nats command line $NATS_CLI_VERSION (1 minute)" nats \
    go_package "github.com/nats-io/natscli/nats@v$NATS_CLI_VERSION" "-X main.version=$NATS_CLI_VERSION"
  once helm "$HELM_VERSION" "helm $HELM_VERSION (1 minute)" helm go_package "helm.sh/helm/v3/cmd/helm@v$HELM_VERSION"
}

build_all() {
  local version
  for version in "${NATS_SERVER_VERSIONS[@]}"; do build_nats_server "$version"; done
  build_api_server
  once coredns "$(module_key coredns)" "CoreDNS (1 minute)" coredns go_module coredns .
  once reloader "$(module_key reloader)" "nats-server-config-reloader $RELOADER_VERSION" \
    nats-server-config-reloader go_module reloader tool
  build_tools
}
