{{- /* A policy is in force by its binding: (list $ "suffix of its name"). */ -}}
{{- define "nats-operator.policyBinding" -}}
{{- $root := first . -}}
{{- $name := printf "%s-%s" (include "nats-operator.fullname" $root) (last .) -}}
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata:
  name: {{ $name }}
  labels:
    {{- include "nats-operator.labels" $root | nindent 4 }}
spec:
  policyName: {{ $name }}
  validationActions: [Deny]
{{- end }}

{{- /* Of all requests, only those of the operator's own account. */ -}}
{{- define "nats-operator.fromOperator" -}}
- name: from-the-operator
  expression: request.userInfo.username == {{ include "nats-operator.user" . | squote }}
{{- end }}

{{- define "nats-operator.user" -}}
system:serviceaccount:{{ .Release.Namespace }}:{{ include "nats-operator.serviceAccountName" . }}
{{- end }}
