# shellcheck shell=bash
# Commands that load images into the running node.

cmd_load_image() {
  require_root load-image
  require_node
  [ $# != 0 ] || die "usage: load-image TAR|NAME…"
  local image
  for image; do
    if [ -f "$image" ]; then import_archives "$image"; else load_built_image "$image"; fi
    say "loaded $image"
  done
}

load_built_image() { # name in the buildah storage
  local archive
  our_buildah inspect --type image "$1" >/dev/null 2>&1 || die "'$1' is neither a file nor an image that was built on this machine"
  archive=$(mktemp -u "$BUILDAH/image.XXXXXX")
  push_archive "$1" "$archive"
  import_archives "$archive"
  rm -f "$archive"
}

cmd_load_nats() {
  require_root load-nats
  require_node
  [ $# != 0 ] || die "usage: load-nats VERSION…"
  local version archive
  for version; do
    build_nats_server "$version"
    archive=$(nats_archive "$version")
    import_archives "$archive"
    say "loaded docker.io/library/nats:$version"
  done
}

cmd_build_image() { # NAME DIR [buildah option…]
  require_root build-image
  require_node
  [ $# -ge 2 ] || die "usage: build-image NAME DIR [--build-arg K=V]…"
  local name folder=$2
  name=$(full_name "$1")
  [ -f "$folder/Dockerfile" ] || die "$folder/Dockerfile does not exist"
  shift 2
  lock_buildah
  fresh_context
  step "building image $name" our_buildah bud -q --layers=false -t "$name" "$@" "$folder"
  load_built_image "$name"
  our_buildah rmi "$name" >/dev/null
  say "loaded $name"
}

# Prints the full name that the kubelet uses: it adds docker.io/library/ and :latest.
full_name() {
  local name=$1
  [[ ${name##*/} == *:* ]] || name=$name:latest
  case $name in
    localhost/* | *.*/* | *:*/*) ;;
    */*) name=docker.io/$name ;;
    *) name=docker.io/library/$name ;;
  esac
  echo "$name"
}
