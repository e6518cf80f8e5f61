{{- define "nats-operator.name" -}}
{{ default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- /* The release's name; with the chart's name in it, so that a release called "test" can be told from others. */ -}}
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

{{- /* What the Deployment and the Service select by. Never "app" and "nats_cluster": those mark NATS servers. */ -}}
{{- define "nats-operator.selectorLabels" -}}
app.kubernetes.io/name: {{ include "nats-operator.name" . }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{- define "nats-operator.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "nats-operator.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- /* As JSON, what the operator must know to make NetworkPolicies: of those who monitor it is the first itself. */ -}}
{{- define "nats-operator.networkPolicy" -}}
{{- $namespace := dict "matchLabels" (dict "kubernetes.io/metadata.name" .Release.Namespace) }}
{{- $pods := dict "matchLabels" (include "nats-operator.selectorLabels" . | fromYaml) }}
{{- $self := dict "namespaceSelector" $namespace "podSelector" $pods }}
{{- dict "enabled" .Values.networkPolicy.enabled "monitoringFrom" (prepend (default list .Values.networkPolicy.monitoringFrom) $self) | toJson }}
{{- end }}

{{- /* Constraints of the values; those that do not say which pods they count count the operator's. */ -}}
{{- define "nats-operator.topologySpreadConstraints" -}}
{{- $own := dict "matchLabels" (include "nats-operator.selectorLabels" . | fromYaml) }}
{{- range .Values.topologySpreadConstraints }}
- {{ merge (hasKey . "labelSelector" | ternary (dict) (dict "labelSelector" $own)) . | toYaml | indent 2 | trim }}
{{- end }}
{{- end }}

{{- /* Two operators that look after the same clusters would undo each other's work without end: each tells the servers its own
keys. Found by what is installed, so it tells nothing where helm only renders. One that is scaled to nothing harms nobody. */ -}}
{{- define "nats-operator.refuseSecondOperator" -}}
{{- range ternary list (lookup "apps/v1" "Deployment" "" "").items (eq (int .Values.replicas) 0) }}
{{- $labels := .metadata.labels | default dict }}
{{- $own := and (eq .metadata.namespace $.Release.Namespace) (eq .metadata.name (include "nats-operator.fullname" $)) }}
{{- if and (hasPrefix "nats-operator-" (get $labels "helm.sh/chart" | default "")) (not $own) (gt (int .spec.replicas) 0) }}
{{- $watched := list }}
{{- range (first .spec.template.spec.containers).env }}
{{- if eq .name "OPERATOR_WATCH_NAMESPACES" }}{{ $watched = splitList "," .value }}{{ end }}
{{- end }}
{{- $common := list }}
{{- range $.Values.watchNamespaces }}{{ if or (not $watched) (has . $watched) }}{{ $common = append $common . }}{{ end }}{{ end }}
{{- if or $common (not $.Values.watchNamespaces) }}
{{- fail (printf "the operator %s in namespace %s already looks after %s: upgrade or uninstall that one, or give both lists of watchNamespaces that do not overlap" .metadata.name .metadata.namespace (join ", " ($common | default $watched) | default "all namespaces")) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
