{{- /* One endpoint for Prometheus: the values of a ServiceMonitor or PodMonitor. */ -}}
{{- define "nats-operator.scrape" -}}
- port: http
  path: /actuator/prometheus
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

{{- /* Selects the operator's Service or pods: $. */ -}}
{{- define "nats-operator.scraped" -}}
selector:
  matchLabels:
    {{- include "nats-operator.selectorLabels" . | nindent 4 }}
namespaceSelector:
  matchNames: [{{ include "nats-operator.namespace" . | quote }}]
{{- end }}

{{- /* Metadata of an object for Prometheus or Grafana: (list $ values). */ -}}
{{- define "nats-operator.monitoringMetadata" -}}
{{- $root := first . }}{{ $values := last . -}}
name: {{ include "nats-operator.fullname" $root }}
namespace: {{ default (include "nats-operator.namespace" $root) $values.namespace | quote }}
{{ include "nats-operator.metadata" (list $root $values.labels $values.annotations) }}
{{- end }}
