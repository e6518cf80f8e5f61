# shellcheck shell=bash
# Checks that the webhook rejects an invalid role.

malformed_role_refused() {
  local answer mistake
  if answer=$(k apply --filename "$HERE/malformed-role.yaml" 2>&1); then
    k delete --filename "$HERE/malformed-role.yaml" >/dev/null
    wrong "it was accepted: $answer" || return
  fi
  for mistake in 'metadata.labels' 'spec.permissions.publish[0]' 'spec.permissions.publish[1]' 'spec.permissions.publish[2]' 'spec.permissions.subscribe[0]'; do
    [[ $answer == *"$mistake"* ]] || wrong "$mistake is not reported: $answer" || return
  done
  gone natsservicerole/malformed-role || wrong "it exists anyway" || return
  saw "${answer//$'\n'/ }"
}
