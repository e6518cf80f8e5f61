# shellcheck shell=bash
# Commands from Debian, and their packages.

declare -A PACKAGE_OF=(
  [containerd]=containerd [ctr]=containerd [runc]=runc [/usr/lib/cni/bridge]=containernetworking-plugins
  [iptables]=iptables [conntrack]=conntrack [ip]=iproute2 [pgrep]=procps [unshare]=util-linux [setpriv]=util-linux
  [openssl]=openssl [buildah]=buildah [catatonit]=catatonit [mmdebstrap]=mmdebstrap [jq]=jq
  [node]=nodejs [npm]=npm [python3]=python3
)
# shellcheck disable=SC2034 # for up.sh
NODE_COMMANDS=(containerd ctr runc /usr/lib/cni/bridge iptables conntrack ip pgrep unshare openssl buildah catatonit)

# Some packages have no command of their own: the static and the shared build of busybox have the same command name.
is_installed() { # command or package
  case $1 in
    busybox-static) dpkg -s busybox-static >/dev/null 2>&1 ;;
    python3-venv) python3 -c 'import ensurepip' 2>/dev/null ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

# require_packages COMMAND… : installs missing packages, or prints what to install. Names without an entry in PACKAGE_OF are packages.
require_packages() {
  local command missing=()
  for command; do
    is_installed "$command" || missing+=("${PACKAGE_OF[$command]-$command}")
  done
  [ ${#missing[@]} = 0 ] && return
  mapfile -t missing < <(printf '%s\n' "${missing[@]}" | sort -u)
  local remedy="apt-get update && apt-get install ${missing[*]}"
  command -v apt-get >/dev/null || die "packages are missing; install (by their Debian names): ${missing[*]}"
  [ "$(id -u)" = 0 ] || die "packages are missing; run as root: $remedy"
  step "installing ${missing[*]}" apt_install "${missing[@]}"
}

apt_install() {
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -q && apt-get install -y -q --no-install-recommends "$@"
}

require_root() { [ "$(id -u)" = 0 ] || die "$1 must run as root, since it creates namespaces, mounts and a network link"; }
