# shellcheck shell=bash
# Images without a registry: buildah → archive in $IMAGES, named after its inputs → containerd of the node.

PAUSE_IMAGE=docker.io/local/pause:1
RELOADER_IMAGE=docker.io/natsio/nats-server-config-reloader:$RELOADER_VERSION
NATS_BOX_IMAGE=docker.io/natsio/nats-box:$NATS_BOX_VERSION

our_buildah() {
  # vfs and chroot work in any sandbox. TMPDIR is set because /tmp may be in memory, and the files are large.
  mkdir -p "$BUILDAH/tmp"
  printf '[network]\nnetwork_config_dir = "%s"\n' "$BUILDAH/cni" >"$BUILDAH/containers.conf" # not /etc/cni
  CONTAINERS_CONF=$BUILDAH/containers.conf BUILDAH_ISOLATION=chroot TMPDIR=$BUILDAH/tmp \
    buildah --storage-driver vfs --root "$BUILDAH/storage" --runroot "$BUILDAH/run" "$@"
}

# Allows one build at a time, since two of the same name would remove each other's image. The calling shell keeps the lock.
lock_buildah() {
  mkdir -p "$BUILDAH"
  exec 7>"$BUILDAH/lock"
  flock 7
}

# Creates an empty $BUILDAH/context and removes the remains of a killed build. The caller must have the lock.
fresh_context() {
  rm -rf "$BUILDAH/context" "$BUILDAH/tmp"
  mkdir -p "$BUILDAH/context"
  our_buildah rm --all >/dev/null
}

# image_archive NAME FOLDER FILE… : prints the archive of images/FOLDER, built with these FILEs (source or source=name).
image_archive() {
  local name=$1 folder=$HERE/images/$2 key archive
  shift 2
  key=$( (echo "$name" && cat "$folder"/* "${@%%=*}") | sha256sum | cut -c1-16)
  archive=$IMAGES/$(basename "${name/:/-}")-$key.tar
  [ -f "$archive" ] || step "building image $name" make_archive "$name" "$folder" "$archive" "$@"
  echo "$archive"
}

make_archive() { # name folder archive file…
  local name=$1 folder=$2 archive=$3 context=$BUILDAH/context file
  shift 3
  mkdir -p "$IMAGES"
  lock_buildah
  fresh_context
  cp "$folder"/* "$context"
  for file; do cp -L "${file%%=*}" "$context/${file##*[=/]}"; done
  our_buildah bud -q --layers=false -t "$name" "$context"
  push_archive "$name" "$archive"
  our_buildah rmi "$name" >/dev/null
  rm -rf "$context"
}

push_archive() { # name archive
  rm -f "$2.new"
  our_buildah push -q --disable-compression "$1" "oci-archive:$2.new:$1"
  mv "$2.new" "$2"
}

nats_archive() { # version
  local command
  command=$(nats_command "$1")
  image_archive "docker.io/library/nats:$1" "${command/nats-server/nats}" "$(nats_server_path "$1")=$command"
}

base_archives() {
  local version
  image_archive "$PAUSE_IMAGE" pause /usr/bin/catatonit
  for version in "${NATS_SERVER_VERSIONS[@]}"; do nats_archive "$version"; done
  image_archive "$RELOADER_IMAGE" reloader "$BIN/nats-server-config-reloader" /bin/busybox
  image_archive "$NATS_BOX_IMAGE" nats-box "$BIN/nats" /bin/busybox
}

build_base_images() { base_archives >/dev/null; }

load_base_images() {
  local archives
  wait_for_containerd
  mapfile -t archives < <(base_archives)
  say "loading ${#archives[@]} images"
  import_archives "${archives[@]}"
}

wait_for_containerd() {
  for _ in $(seq 1200); do
    node_pid >/dev/null || node_failed
    node_ctr version >/dev/null 2>&1 && return
    sleep 0.1
  done
  die "containerd does not respond; see $LOG/containerd.log"
}

node_ctr() { ctr -a "$CONTAINERD_SOCKET" -n k8s.io "$@"; }

import_archives() {
  local archive
  for archive; do node_ctr images import "$archive" >/dev/null || die "containerd rejected $archive"; done
}
