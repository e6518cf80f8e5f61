# shellcheck shell=bash
# java-base: an image with a JDK 25 runtime, made from the JDK at hand and a few Debian packages.

JAVA_BASE=localhost/java-base:25
JAVA_MODULES=(
  java.base java.desktop java.instrument java.logging java.management java.naming java.net.http java.prefs java.rmi
  java.scripting java.security.jgss java.security.sasl java.sql java.xml java.xml.crypto jdk.crypto.cryptoki
  jdk.crypto.ec jdk.httpserver jdk.jcmd jdk.jfr jdk.management jdk.management.agent jdk.naming.dns jdk.net jdk.unsupported
  jdk.zipfs)
JAVA_PACKAGES=libc6,zlib1g,libgcc-s1,tzdata

cmd_java_base() {
  require_root java-base
  require_packages buildah mmdebstrap
  local jdk key
  jdk=$(find_jdk25)
  key=$( (cat "$jdk/release" "$HERE/images/java-base/Dockerfile" "$HERE/lib/java-base.sh") | sha256sum | cut -c1-16)
  lock_buildah
  if ! java_base_is_current "$key"; then
    step "building image $JAVA_BASE (a quarter of a minute)" make_java_base "$jdk"
    echo "$key" >"$BUILDAH/java-base.key"
  fi
  echo "$JAVA_BASE"
}

java_base_is_current() {
  [ "$(cat "$BUILDAH/java-base.key" 2>/dev/null)" = "$1" ] && our_buildah inspect --type image "$JAVA_BASE" >/dev/null 2>&1
}

find_jdk25() {
  local jdk
  for jdk in "${JAVA25_HOME-}" "${JAVA_HOME-}" /usr/lib/jvm/*; do
    grep -qs '^JAVA_VERSION="25' "$jdk/release" && [ -x "$jdk/bin/jlink" ] && echo "$jdk" && return
  done
  die "no JDK 25 found: install one (adoptium.net) and set JAVA25_HOME to its folder"
}

make_java_base() { # jdk
  local context=$BUILDAH/context
  fresh_context
  cp "$HERE/images/java-base/Dockerfile" "$context"
  java_rootfs "$context/rootfs.tar"
  # The CDS archive halves the start-up time, and an application's own AOT cache builds on it.
  "$1/bin/jlink" --add-modules "$(IFS=, && echo "${JAVA_MODULES[*]}")" --generate-cds-archive \
    --no-header-files --no-man-pages --strip-java-debug-attributes --output "$context/java"
  # jlink makes it for ordinary object headers only.
  "$context/java/bin/java" -XX:+UseCompactObjectHeaders -Xshare:dump >/dev/null
  our_buildah bud -q --layers=false -t "$JAVA_BASE" "$context"
  our_buildah rmi --prune
  rm -rf "$context"
}

java_rootfs() { # tar
  # The hooks: a user that is not root, host names from /etc/hosts first, no documentation.
  # shellcheck disable=SC2016 # $1 is mmdebstrap's
  mmdebstrap --mode=root --variant=extract --include="$JAVA_PACKAGES" \
    --extract-hook='printf "root:x:0:0::/root:/none\nnonroot:x:65532:65532::/tmp:/none\n" >"$1/etc/passwd"' \
    --extract-hook='printf "root:x:0:\nnonroot:x:65532:\n" >"$1/etc/group"' \
    --extract-hook='echo "hosts: files dns" >"$1/etc/nsswitch.conf"' \
    --extract-hook='cd "$1" && rm -rf usr/share/doc usr/share/man usr/share/locale' \
    bookworm "$1"
}
