{{- /* The Secret with the webhooks' certificate: the operator's own, cert-manager's, or the one that the values name. Two names for
the first two, since Helm takes over no Secret that another made. */ -}}
{{- define "nats-operator.webhookSecret" -}}
{{- $certificates := .Values.webhooks.certificates -}}
{{- if and $certificates.secretName (ne $certificates.source "secret") -}}
{{ fail (printf "webhooks.certificates.secretName is for webhooks.certificates.source secret, and that is %s" $certificates.source) }}
{{- else if and $certificates.issuerRef (ne $certificates.source "cert-manager") -}}
{{ fail (printf "webhooks.certificates.issuerRef is for webhooks.certificates.source cert-manager, and that is %s" $certificates.source) }}
{{- else if and $certificates.issuerRef (not $certificates.issuerRef.name) -}}
{{ fail "webhooks.certificates.issuerRef.name must name the issuer" }}
{{- else if eq $certificates.source "cert-manager" -}}
{{ include "nats-operator.fullname" . }}-webhooks-tls
{{- else if eq $certificates.source "secret" -}}
{{ required "webhooks.certificates.secretName must name the Secret, since webhooks.certificates.source is secret" $certificates.secretName }}
{{- else -}}
{{ include "nats-operator.fullname" . }}-webhooks
{{- end -}}
{{- end }}

{{- /* The name that the API server calls, and the only one that the certificate must be good for. */ -}}
{{- define "nats-operator.webhookHost" -}}
{{ include "nats-operator.fullname" . }}.{{ .Release.Namespace }}.svc
{{- end }}

{{- /* What all webhooks have in common: (list $ "path"). Without caBundle: that field is the operator's, and an upgrade keeps it. */ -}}
{{- define "nats-operator.webhook" -}}
{{- $root := first . -}}
clientConfig:
  service:
    name: {{ include "nats-operator.fullname" $root }}
    namespace: {{ $root.Release.Namespace | quote }}
    path: /{{ last . }}
    port: 443
matchPolicy: Equivalent
sideEffects: None
timeoutSeconds: {{ $root.Values.webhooks.timeoutSeconds }}
admissionReviewVersions: [v1]
{{- end }}

{{- /* Namespaces that the operator looks after. */ -}}
{{- define "nats-operator.watchedNamespaces" -}}
{{- with .Values.watchNamespaces }}
- {key: kubernetes.io/metadata.name, operator: In, values: {{ toJson . }}}
{{- end }}
{{- end }}

{{- /* For a webhook that is called for those alone; nothing where they are all there are. */ -}}
{{- define "nats-operator.onlyWatched" -}}
{{- with include "nats-operator.watchedNamespaces" . | trim }}
namespaceSelector:
  matchExpressions:
    {{- . | nindent 4 }}
{{- end }}
{{- end }}

{{- /* Pods that want to be clients: labelled, no server, not opted out, nor their namespace. */ -}}
{{- define "nats-operator.clientPods" -}}
namespaceSelector:
  matchExpressions:
    - {key: nats.io/inject, operator: NotIn, values: ["false", disabled]}
    {{- with include "nats-operator.watchedNamespaces" . | trim }}
    {{- . | nindent 4 }}
    {{- end }}
objectSelector:
  matchExpressions:
    - {key: nats_cluster, operator: Exists}
    # The servers carry it too, and must not wait for the operator.
    - {key: app, operator: NotIn, values: [nats]}
    - {key: nats.io/inject, operator: NotIn, values: ["false", disabled]}
{{- end }}

{{- /* Roles or clusters: (list $ "plural"). */ -}}
{{- define "nats-operator.validation" -}}
{{- $root := first . }}
- name: {{ last . }}.nats.io
  {{- include "nats-operator.webhook" (list $root (printf "validate/%s" (last .))) | nindent 2 }}
  failurePolicy: {{ $root.Values.webhooks.failurePolicy }}
  {{- with include "nats-operator.onlyWatched" $root | trim }}
  {{- . | nindent 2 }}
  {{- end }}
  rules:
    - apiGroups: [nats.io]
      apiVersions: [v1alpha2]
      operations: [CREATE, UPDATE]
      resources: [{{ last . }}]
      scope: Namespaced
  matchConditions:
    # What is being deleted must be able to go.
    - name: stays
      expression: "!has(object.metadata.deletionTimestamp)"
{{- end }}
