# shellcheck shell=bash
# down: ends the node's processes, then removes the kernel objects that outlive them.

cmd_down() {
  require_root down
  mkdir -p "$CACHE"
  end_marked # first, since an interrupted `up` may hold the lock
  exec 9>"$CACHE/up.lock"
  flock 9
  clean_up
  say "down"
}

clean_up() {
  local outer inner
  if outer=$(node_pid); then
    inner=$(pgrep -P "$outer" || true)
    # shellcheck disable=SC2086 # none or one
    kill_and_wait "$outer" $inner # the kernel kills a PID namespace together with its first process
  fi
  ip link del "$LINK" 2>/dev/null || true
  remove_cgroups
  rm -rf --one-file-system "$STATE"
}

end_marked() {
  local pids
  mapfile -t pids < <(marked_pids)
  [ ${#pids[@]} = 0 ] || kill_and_wait "${pids[@]}"
}

# cgroup v1 has one tree per controller, v2 has a single tree.
cgroup_trees() { if [ -f /sys/fs/cgroup/cgroup.controllers ]; then echo /sys/fs/cgroup; else ls -d /sys/fs/cgroup/*/; fi; }

make_cgroups() {
  local tree
  for tree in $(cgroup_trees); do mkdir -p "$tree/$CGROUP" 2>/dev/null || true; done
  give_pods_their_share
}

# By default all pods together get only as much CPU time as one busy process outside the node.
give_pods_their_share() {
  local file
  for file in /sys/fs/cgroup/cpu/"$CGROUP"/cpu.shares:10240 /sys/fs/cgroup/"$CGROUP"/cpu.weight:1000; do
    [ ! -w "${file%:*}" ] || echo "${file##*:}" >"${file%:*}"
  done
}

remove_cgroups() {
  local tree
  for tree in $(cgroup_trees); do
    for _ in $(seq 50); do # a cgroup stays busy until the kernel has reaped its last process
      [ -d "$tree/$CGROUP" ] || break
      find "$tree/$CGROUP" -depth -type d -exec rmdir {} + 2>/dev/null && break
      sleep 0.05
    done
  done
}
