{{- /* One endpoint for Prometheus: (list "port" "path" values), with the values of a ServiceMonitor or PodMonitor. */ -}}
{{- define "nats-operator.scrape" -}}
- port: {{ first . }}
  path: {{ index . 1 }}
  {{- with last . }}
  {{- with .interval }}
  interval: {{ . }}
  {{- end }}
  {{- with .scrapeTimeout }}
  scrapeTimeout: {{ . }}
  {{- end }}
  {{- with .relabelings }}
  relabelings:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .metricRelabelings }}
  metricRelabelings:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- end }}
{{- end }}

{{- /* Selects the operator's Service or pods: $. */ -}}
{{- define "nats-operator.scraped" -}}
selector:
  matchLabels:
    {{- include "nats-operator.selectorLabels" . | nindent 4 }}
namespaceSelector:
  matchNames: [{{ include "nats-operator.namespace" . | quote }}]
{{- end }}

{{- /* Metadata of an object for Prometheus or Grafana: (list $ values), or (list $ "suffix of its name" values). */ -}}
{{- define "nats-operator.monitoringMetadata" -}}
{{- $root := first . }}{{ $values := last . -}}
name: {{ include "nats-operator.fullname" $root }}{{ if gt (len .) 2 }}-{{ index . 1 }}{{ end }}
namespace: {{ default (include "nats-operator.namespace" $root) $values.namespace | quote }}
{{ include "nats-operator.metadata" (list $root $values.labels $values.annotations) }}
{{- end }}
