{{- /* The binding that puts a policy into force: (list $ "suffix of its name"). */ -}}
{{- define "nats-operator.policyBinding" -}}
{{- $root := first . -}}
{{- $name := printf "%s-%s" (include "nats-operator.fullname" $root) (last .) -}}
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata:
  name: {{ $name }}
  {{- include "nats-operator.metadata" $root | nindent 2 }}
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
system:serviceaccount:{{ include "nats-operator.namespace" . }}:{{ include "nats-operator.serviceAccountName" . }}
{{- end }}

{{- /* CEL: the value of the label nats_cluster, or an empty string if one of both labels is missing: "object" or "oldObject". */ -}}
{{- define "nats-operator.clusterLabel" -}}
{{ . }} != null && {{ . }}.metadata.?labels[?'app'] == optional.of('nats')
? {{ . }}.metadata.?labels[?'nats_cluster'].orValue('') : ''
{{- end }}

{{- /* CEL: whether the operator created the object before this request; a user may have removed its labels. */ -}}
{{- define "nats-operator.ownedByCluster" -}}
oldObject.metadata.?ownerReferences.orValue([]).exists(owner,
  owner.apiVersion.startsWith('nats.io/') && owner.kind == 'NatsCluster')
{{- end }}
