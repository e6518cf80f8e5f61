# shellcheck shell=bash
# Deletes the cluster, and applies the manifest in reverse order.
# shellcheck disable=SC2034 # variables are used in other files

EVERYTHING=statefulsets,pods,services,secrets

cluster_deleted() {
  local started left
  end_background
  started=$(now)
  k delete natscluster "$CLUSTER" --wait=false >/dev/null || wrong "the cluster cannot be deleted" || return
  eventually 180 gone "$EVERYTHING" --selector "app=nats,nats_cluster=$CLUSTER" ||
    wrong "still there: $(names "$EVERYTHING" --selector "app=nats,nats_cluster=$CLUSTER" | paste -sd' ')" || return
  # Also by name, in case a label is missing.
  left=$(names "$EVERYTHING" | grep "$CLUSTER")
  [ -z "$left" ] || wrong "left behind: $left" || return
  saw "pods, Services, Secrets and token Secrets gone after $(seconds_since "$started") s"
  [ "$(names natsserviceroles | grep -c nats-)" = 2 ] || wrong "the user's roles are gone too" || return
  saw "the user's roles still exist"
}

manifest_applied_in_reverse() {
  local user answer
  delete_example
  APPLIED=$(now)
  answer=$(apply_as_ours manifest_reversed) || wrong "$answer" || return
  servers_run || return
  for user in nats-user nats-admin-user; do
    k wait --for=condition=Ready "pod/$user-pod" --timeout=300s >/dev/null 2>&1 || wrong "$user-pod is not ready" || return
    eventually 60 publish "$user" foo.x "from $user" >/dev/null || wrong "$user cannot publish: $(publish "$user" foo.x x)" || return
  done
  saw "both clients publish"
}
