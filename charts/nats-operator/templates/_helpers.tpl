{{- define "nats-operator.name" -}}
{{ default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- /* The release's name, followed by the chart's name unless it contains that. */ -}}
{{- define "nats-operator.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{ .Values.fullnameOverride }}
{{- else if contains .Chart.Name .Release.Name -}}
{{ .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else -}}
{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "nats-operator.serviceAccountName" -}}
{{ default (include "nats-operator.fullname" .) .Values.serviceAccount.name }}
{{- end }}

{{- /* [REGISTRY/]REPOSITORY:TAG, or with a digest [REGISTRY/]REPOSITORY[:TAG]@DIGEST. */ -}}
{{- define "nats-operator.image" -}}
{{- with .Values.image -}}
{{- $registry := default .registry $.Values.global.imageRegistry | trimSuffix "/" -}}
{{- $tag := empty .digest | ternary (default $.Chart.AppVersion .tag) .tag -}}
{{ with $registry }}{{ . }}/{{ end }}{{ .repository }}{{ with $tag }}:{{ . }}{{ end }}{{ with .digest }}@{{ . }}{{ end }}
{{- end }}
{{- end }}

{{- /* Labels that the Deployment and the Service select by. "app" and "nats_cluster" are reserved for NATS servers. */ -}}
{{- define "nats-operator.selectorLabels" -}}
app.kubernetes.io/name: {{ include "nats-operator.name" . }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{- define "nats-operator.namespace" -}}
{{ default .Release.Namespace .Values.namespaceOverride }}
{{- end }}

{{- /* Labels that values must not set. */ -}}
{{- define "nats-operator.ownLabels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "nats-operator.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- /* Labels and annotations of an object: $ or (list $ labels annotations). More specific values take precedence. */ -}}
{{- define "nats-operator.metadata" -}}
{{- $root := kindIs "slice" . | ternary . (list . dict dict) -}}
{{- $labels := index $root 1 }}{{ $annotations := index $root 2 }}{{ $root = first $root -}}
labels:
  {{- merge (dict) (include "nats-operator.ownLabels" $root | fromYaml) (default dict $labels) (default dict $root.Values.commonLabels) | toYaml | nindent 2 }}
{{- with merge (dict) (default dict $annotations) (default dict $root.Values.commonAnnotations) }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- /* Labels and annotations of an object of `helm test`: (list $ weight). The labels do not match the operator's Service, which would
otherwise send requests of the API server to the pod. */ -}}
{{- define "nats-operator.testMetadata" -}}
{{- $root := first . -}}
labels:
  {{- $labels := omit (include "nats-operator.ownLabels" $root | fromYaml) "app.kubernetes.io/name" "app.kubernetes.io/instance" }}
  {{- merge (dict "app.kubernetes.io/component" "test") $labels (default dict $root.Values.commonLabels) | toYaml | nindent 2 }}
annotations:
  {{- $hook := dict "helm.sh/hook" "test" "helm.sh/hook-weight" (last .) "helm.sh/hook-delete-policy" "before-hook-creation,hook-succeeded" }}
  {{- merge $hook (default dict $root.Values.commonAnnotations) | toYaml | nindent 2 }}
{{- end }}

{{- /* The operator's settings of NetworkPolicies as JSON. The first peer of the monitoring ports is the operator itself. */ -}}
{{- define "nats-operator.networkPolicy" -}}
{{- $namespace := dict "matchLabels" (dict "kubernetes.io/metadata.name" (include "nats-operator.namespace" .)) }}
{{- $pods := dict "matchLabels" (include "nats-operator.selectorLabels" . | fromYaml) }}
{{- $self := dict "namespaceSelector" $namespace "podSelector" $pods }}
{{- dict "enabled" .Values.networkPolicy.enabled "monitoringFrom" (prepend (default list .Values.networkPolicy.monitoringFrom) $self) | toJson }}
{{- end }}

{{- /* The constraints of the values. A constraint without labelSelector selects the operator's pods. */ -}}
{{- define "nats-operator.topologySpreadConstraints" -}}
{{- $own := dict "matchLabels" (include "nats-operator.selectorLabels" . | fromYaml) }}
{{- range .Values.topologySpreadConstraints }}
- {{ merge (hasKey . "labelSelector" | ternary (dict) (dict "labelSelector" $own)) . | toYaml | indent 2 | trim }}
{{- end }}
{{- end }}

{{- /* Two operators that watch the same clusters would revert each other's changes forever, since each configures its own keys.
The check reads the installed Deployments, so it has no effect where Helm only renders. An operator with 0 replicas is allowed. */ -}}
{{- define "nats-operator.refuseSecondOperator" -}}
{{- range ternary list (lookup "apps/v1" "Deployment" "" "").items (eq (int .Values.replicas) 0) }}
{{- $labels := .metadata.labels | default dict }}
{{- $own := and (eq .metadata.namespace (include "nats-operator.namespace" $)) (eq .metadata.name (include "nats-operator.fullname" $)) }}
{{- if and (hasPrefix "nats-operator-" (get $labels "helm.sh/chart" | default "")) (not $own) (gt (int .spec.replicas) 0) }}
{{- $watched := list }}
{{- range (first .spec.template.spec.containers).env }}
{{- if eq .name "OPERATOR_WATCH_NAMESPACES" }}{{ $watched = splitList "," .value }}{{ end }}
{{- end }}
{{- $common := list }}
{{- range $.Values.watchNamespaces }}{{ if or (not $watched) (has . $watched) }}{{ $common = append $common . }}{{ end }}{{ end }}
{{- if or $common (not $.Values.watchNamespaces) }}
{{- fail (printf "watchNamespaces: the operator %s in namespace %s already watches %s; upgrade or uninstall that operator, or set watchNamespaces of both to lists that do not overlap" .metadata.name .metadata.namespace (join ", " ($common | default $watched) | default "all namespaces")) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
