{{- /* Checks that a JSON schema cannot express, or only with a message that does not say what to do. */ -}}
{{- define "nats-operator.validate" -}}
{{- if not .Values.image.repository }}
{{- fail "image.repository: is empty, and the project publishes no image; build one (`make image-files`, then `docker build`), push it, and set image.repository and image.tag" }}
{{- end }}
{{- $own := concat (list "app" "nats_cluster") (include "nats-operator.ownLabels" . | fromYaml | keys) }}
{{- range $value, $labels := pick .Values "commonLabels" "podLabels" }}
{{- range $label, $_ := $labels }}
{{- if has $label $own }}
{{- fail (printf "%s: %q is %s; use another label" $value $label (has $label (list "app" "nats_cluster") | ternary "reserved for NATS clusters" "set by the chart")) }}
{{- end }}
{{- end }}
{{- end }}
{{- range .Values.extraEnv }}
{{- if has .name (include "nats-operator.ownVariables" $ | fromYamlArray) }}
{{- fail (printf "extraEnv: the chart sets the variable %s; remove it, and set the chart's value for it" .name) }}
{{- end }}
{{- end }}
{{- if and (not .Values.serviceAccount.create) (not .Values.serviceAccount.name) }}
{{- fail "serviceAccount.name: is empty, but serviceAccount.create is false; set it to the name of an existing ServiceAccount" }}
{{- end }}
{{- if and .Values.webhooks.enabled (eq (int .Values.webhooks.port) (int .Values.httpPort)) }}
{{- fail (printf "webhooks.port: %d is also httpPort; use two different ports" (int .Values.httpPort)) }}
{{- end }}
{{- range .Values.extraVolumes }}
{{- if eq .name "tmp" }}{{ fail "extraVolumes: the chart has a volume with the name tmp; use another name" }}{{ end }}
{{- end }}
{{- if and .Values.serviceMonitor.enabled .Values.podMonitor.enabled }}
{{- fail "podMonitor.enabled: serviceMonitor.enabled is true too, so Prometheus would scrape each pod twice; enable one of both" }}
{{- end }}
{{- end }}

{{- define "nats-operator.ownVariables" -}}
[OPERATOR_NAMESPACE, POD_NAME, SERVICE_ACCOUNT_NAME, SERVER_PORT, OPERATOR_WATCH_NAMESPACES, OPERATOR_NETWORK_POLICY, OPERATOR_IMAGE_REGISTRY,
 OPERATOR_IMAGE_PULL_SECRETS, OPERATOR_WEBHOOKS_ENABLED, OPERATOR_WEBHOOKS_PORT, OPERATOR_WEBHOOKS_CONFIGURATION, OPERATOR_WEBHOOKS_SECRET,
 OPERATOR_WEBHOOKS_HOSTS, OPERATOR_WEBHOOKS_GENERATE_CERTIFICATES, OPERATOR_WEBHOOKS_EVICT_UNINJECTED_PODS,
 LOGGING_LEVEL_ORG_NATSOPERATOR, LOGGING_STRUCTURED_FORMAT_CONSOLE, JAVA_TOOL_OPTIONS]
{{- end }}
