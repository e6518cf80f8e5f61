{{- /* The Secret with the webhooks' certificate: the operator's own, cert-manager's, or the one in the values. The first two have
different names, since Helm does not adopt a Secret that another client created. */ -}}
{{- define "nats-operator.webhookSecret" -}}
{{- $certificates := .Values.webhooks.certificates -}}
{{- if and $certificates.secretName (ne $certificates.source "secret") -}}
{{ fail (printf "webhooks.certificates.secretName: it is valid only with webhooks.certificates.source secret, but source is %s; remove it or change the source" $certificates.source) }}
{{- else if and $certificates.issuerRef (ne $certificates.source "cert-manager") -}}
{{ fail (printf "webhooks.certificates.issuerRef: it is valid only with webhooks.certificates.source cert-manager, but source is %s; remove it or change the source" $certificates.source) }}
{{- else if and $certificates.issuerRef (not $certificates.issuerRef.name) -}}
{{ fail "webhooks.certificates.issuerRef.name: it is missing; set it to the name of the issuer" }}
{{- else if eq $certificates.source "cert-manager" -}}
{{ include "nats-operator.fullname" . }}-webhooks-tls
{{- else if eq $certificates.source "secret" -}}
{{ required "webhooks.certificates.secretName: it is missing, but webhooks.certificates.source is secret; set it to the name of the Secret" $certificates.secretName }}
{{- else -}}
{{ include "nats-operator.fullname" . }}-webhooks
{{- end -}}
{{- end }}

{{- /* The host name that the API server calls, and the only DNS name that the certificate must have. */ -}}
{{- define "nats-operator.webhookHost" -}}
{{ include "nats-operator.fullname" . }}.{{ include "nats-operator.namespace" . }}.svc
{{- end }}

{{- /* The common fields of all webhooks: (list $ "path"). The operator sets caBundle, and an upgrade keeps it. */ -}}
{{- define "nats-operator.webhook" -}}
{{- $root := first . -}}
clientConfig:
  service:
    name: {{ include "nats-operator.fullname" $root }}
    namespace: {{ include "nats-operator.namespace" $root | quote }}
    path: /{{ last . }}
    port: 443
matchPolicy: Equivalent
sideEffects: None
timeoutSeconds: {{ $root.Values.webhooks.timeoutSeconds }}
admissionReviewVersions: [v1]
{{- end }}

{{- /* The namespaces that the operator watches. */ -}}
{{- define "nats-operator.watchedNamespaces" -}}
{{- with .Values.watchNamespaces }}
- {key: kubernetes.io/metadata.name, operator: In, values: {{ toJson . }}}
{{- end }}
{{- end }}

{{- /* The selector of a webhook for watched namespaces; empty if the operator watches all namespaces. */ -}}
{{- define "nats-operator.onlyWatched" -}}
{{- with include "nats-operator.watchedNamespaces" . | trim }}
namespaceSelector:
  matchExpressions:
    {{- . | nindent 4 }}
{{- end }}
{{- end }}

{{- /* Client pods: labelled, not a server, and injection is not disabled on the pod or its namespace. */ -}}
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
    # The servers have this label too, and must not wait for the operator.
    - {key: app, operator: NotIn, values: [nats]}
    - {key: nats.io/inject, operator: NotIn, values: ["false", disabled]}
{{- end }}

{{- /* The failure policy of a webhook: (list $ "pods"). */ -}}
{{- define "nats-operator.failurePolicy" -}}
{{- $webhooks := (first .).Values.webhooks -}}
{{ default $webhooks.failurePolicy (get $webhooks.failurePolicies (last .)) }}
{{- end }}

{{- /* Roles or clusters: (list $ "plural"). */ -}}
{{- define "nats-operator.validation" -}}
{{- $root := first . }}
- name: {{ last . }}.nats.io
  {{- include "nats-operator.webhook" (list $root (printf "validate/%s" (last .))) | nindent 2 }}
  failurePolicy: {{ include "nats-operator.failurePolicy" . }}
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
    # A webhook must not block the removal of finalizers from an object that is being deleted.
    - name: stays-or-changes
      expression: "!has(object.metadata.deletionTimestamp) || object.?spec != oldObject.?spec"
{{- end }}
