# shellcheck shell=bash
# The audit log of an API server: one JSON line per completed request, used to count requests.

audit_flags() { # log-file policy-file
  cat >"$2" <<'END'
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules: [{level: Metadata}]
END
  echo "--audit-log-path=$1" "--audit-policy-file=$2" --audit-log-maxsize=1024
}
