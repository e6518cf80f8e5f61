{{- /* The binding that puts a policy into force: (list $ "suffix of its name"). */ -}}
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

{{- /* Matches only requests of the operator's ServiceAccount. */ -}}
{{- define "nats-operator.fromOperator" -}}
- name: from-the-operator
  expression: request.userInfo.username == {{ include "nats-operator.user" . | squote }}
{{- end }}

{{- define "nats-operator.user" -}}
system:serviceaccount:{{ .Release.Namespace }}:{{ include "nats-operator.serviceAccountName" . }}
{{- end }}
