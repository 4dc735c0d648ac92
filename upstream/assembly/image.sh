#!/usr/bin/env bash
# Makes the container image nvm-redis:0.1.0, also tagged latest; called by `./nvm-redis image`.
#
#   image.sh VERSION ROOT SERVER_LIB JDK
#
# There is no base image, and no registry is asked: the file system is a JRE that jlink makes of the JDK, this machine's
# bash with the programs that the launcher calls, libpmem if it is installed, the libraries of all of them, and the server.
# The Dockerfile beside this script says how the image is configured. Names are sorted and all times are one, so that the same
# machine and the same build give the same image.
set -euo pipefail
shopt -s inherit_errexit

readonly VERSION=$1 ROOT=$2 SERVER_LIB=$3 JDK=$4
readonly NAME=nvm-redis
readonly MODULES=java.base,java.logging,java.management,java.naming,jdk.crypto.ec,jdk.jfr,jdk.management,jdk.net,jdk.nio.mapmode,jdk.unsupported,jdk.zipfs
readonly PROGRAMS=(bash cat chmod cp date dirname env find flock grep head id ls mkdir mktemp mv readlink rm sed sleep sort tail touch)
readonly DOCKERFILE=$ROOT/upstream/assembly/Dockerfile
# User and group of the server within the image.
readonly OWNER=999
readonly TIME=1970-01-01T00:00:00Z

fail() {
  printf 'nvm-redis: %s\n' "$*" >&2
  exit 1
}

require_tools() {
  command -v docker >/dev/null || fail "there is no docker on the PATH (Debian: apt-get install docker.io)"
  docker info >/dev/null 2>&1 || fail "no Docker Engine answers; start it, let your user use it, or set DOCKER_HOST"
  [[ -x $JDK/bin/jlink && -d $JDK/jmods ]] \
    || fail "$JDK has no jlink or no jmods; install a whole JDK (Debian: apt-get install openjdk-17-jdk-headless) or set JAVA_HOME"
}

make_jre() {
  local compress=2
  [[ $("$JDK/bin/jlink" --version) == 17* ]] || compress=zip-9
  "$JDK/bin/jlink" --add-modules "$MODULES" --strip-debug --no-header-files --no-man-pages --compress="$compress" \
    --output "$root/opt/java"
}

copy_programs() {
  local program
  mkdir -p "$root/usr/bin"
  ln -s usr/bin "$root/bin"
  for program in "${PROGRAMS[@]}"; do
    cp -L -- "$(type -P "$program")" "$root/usr/bin/$program"
  done
  ln -s bash "$root/usr/bin/sh"
}

# The libraries that programs and JRE load, and libpmem, at the paths that this machine's loader finds them at.
copy_libraries() {
  local pmem
  pmem=$(ldconfig -p | sed -n 's/.*libpmem\.so\.1 .*=> //p' | head -n 1)
  if [[ -z $pmem ]]; then
    printf 'nvm-redis: libpmem is not installed here, so the image has no domain libpmem (Debian: apt-get install libpmem1)\n' >&2
  fi
  {
    [[ -z $pmem ]] || printf '%s\n' "$pmem"
    # ldd fails where an argument needs no library.
    { ldd "$root"/usr/bin/* "$root"/opt/java/bin/java "$root"/opt/java/lib/*.so "$root"/opt/java/lib/server/*.so ${pmem:+"$pmem"} 2>/dev/null || true; } \
      | sed -n -E 's/.* => (\/[^ ]+) .*/\1/p; s/^\s*(\/[^ ]+) \(0x.*/\1/p' | grep -v "^$root/"
  } | LC_ALL=C sort -u | while IFS= read -r library; do
    cp -L --parents -- "$library" "$root"
  done
}

copy_server() {
  local home=$root/opt/nvm-redis
  mkdir -p "$home/upstream/assembly/target/server/lib"
  cp -- "$SERVER_LIB"/*.jar "$home/upstream/assembly/target/server/lib"
  cp -- "$ROOT/nvm-redis" "$ROOT/LICENSE" "$ROOT/NOTICE" "$home"
  cp -- "$ROOT"/upstream/assembly/{entrypoint,healthcheck,nvm-redis.conf} "$home"
  mkdir -p "$root/etc" "$root/tmp"
  printf 'root:x:0:0:root:/:/usr/bin/bash\nredis:x:%d:%d:redis:/data:/usr/bin/bash\n' $OWNER $OWNER >"$root/etc/passwd"
  printf 'root:x:0:\nredis:x:%d:\n' $OWNER >"$root/etc/group"
}

pack() {
  chmod -R u=rwX,go=rX "$root"
  chmod 755 "$root/opt/nvm-redis"/{nvm-redis,entrypoint,healthcheck}
  chmod 1777 "$root/tmp"
  deterministic_tar -c -f "$work/image.tar" --owner=0 --group=0 -C "$root" .
  mkdir -m 700 "$work/data"
  deterministic_tar -r -f "$work/image.tar" --owner=$OWNER --group=$OWNER -C "$work" --transform='s,^data,./data,' data
}

deterministic_tar() {
  tar --format=gnu --sort=name --mtime="$TIME" --numeric-owner "$@"
}

# `docker import` knows the Dockerfile's instructions, but those that make layers; in what it makes, the time alone changes.
load() {
  local changes=() line id config layer digest
  while IFS= read -r line; do
    changes+=(--change "$line")
  done < <(grep -E '^(ENV|WORKDIR|USER|VOLUME|EXPOSE|HEALTHCHECK|ENTRYPOINT) ' "$DOCKERFILE")
  id=$(docker import "${changes[@]}" "$work/image.tar")
  mkdir "$work/saved"
  docker save "$id" | tar -x -C "$work/saved"
  docker rmi "$id" >/dev/null
  config=$(sed -E 's/.*"Config":"([^"]*)".*/\1/' "$work/saved/manifest.json")
  layer=$(sed -E 's/.*"Layers":\["([^"]*)"\].*/\1/' "$work/saved/manifest.json")
  mkdir "$work/archive"
  sed -E "s/\"created\":\"[^\"]*\"/\"created\":\"$TIME\"/g" "$work/saved/$config" >"$work/archive/config.json"
  digest=$(sha256sum "$work/archive/config.json")
  mv -- "$work/archive/config.json" "$work/archive/${digest%% *}.json"
  mv -- "$(readlink -f -- "$work/saved/$layer")" "$work/archive/layer.tar"
  printf '[{"Config":"%s.json","RepoTags":["%s","%s"],"Layers":["layer.tar"]}]' \
    "${digest%% *}" "$NAME:$VERSION" "$NAME:latest" >"$work/archive/manifest.json"
  tar -c -C "$work/archive" . | docker load -q >/dev/null
  docker image inspect -f '{{.Id}} {{.Size}}' "$NAME:$VERSION"
}

require_tools
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
readonly root=$work/root
mkdir "$root"
make_jre
copy_programs
copy_libraries
copy_server
pack
loaded=$(load)
read -r id size <<<"$loaded"
printf '%s:%s, %s:latest: %s, %d MB\n' "$NAME" "$VERSION" "$NAME" "$id" $(( size / 1000000 ))
