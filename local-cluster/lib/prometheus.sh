# shellcheck shell=bash
# Prometheus, of this machine or of Debian. The package is only unpacked, since its installation would start a service.

PROMETHEUS=$CACHE/prometheus

cmd_prometheus() {
  if command -v prometheus >/dev/null; then
    dirname "$(command -v prometheus)"
    return
  fi
  mkdir -p "$CACHE"
  (
    flock 8 # two runs may need it
    [ -x "$PROMETHEUS/usr/bin/promtool" ] || step "downloading prometheus" unpack_prometheus
  ) 8>"$CACHE/.prometheus.lock"
  echo "$PROMETHEUS/usr/bin"
}

unpack_prometheus() {
  command -v apt-get >/dev/null || die "prometheus is missing; install it and add it to PATH"
  rm -rf "$PROMETHEUS"
  mkdir -p "$PROMETHEUS"
  cd "$PROMETHEUS" || exit
  apt-get download -q prometheus || { apt-get update -q && apt-get download -q prometheus; }
  dpkg-deb --extract prometheus_*.deb .
  rm prometheus_*.deb
}
