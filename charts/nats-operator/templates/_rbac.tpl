{{- /* What the operator may do where it looks after clusters, each rule with its reason. No pods/exec, no pods/log, no RBAC
objects. It never sets blockOwnerDeletion, so it needs no right to finalizers. */ -}}
{{- define "nats-operator.rules" -}}
# Reads what users ask for. It never changes it.
- apiGroups: [nats.io]
  resources: [natsclusters, natsserviceroles]
  verbs: [get, list, watch]
# Reports what became of it.
- apiGroups: [nats.io]
  resources: [natsclusters/status, natsserviceroles/status]
  verbs: [patch]
# One StatefulSet per cluster runs its servers; deleted when its cluster is replaced by another of the same name.
- apiGroups: [apps]
  resources: [statefulsets]
  verbs: [get, list, watch, create, patch, delete]
# Two Services per cluster, for clients and for servers.
- apiGroups: [""]
  resources: [services]
  verbs: [get, list, watch, create, patch, delete]
# A PodDisruptionBudget per cluster, that fits its size.
- apiGroups: [policy]
  resources: [poddisruptionbudgets]
  verbs: [get, list, watch, create, patch, delete]
# A NetworkPolicy per cluster: who may reach its servers.
- apiGroups: [networking.k8s.io]
  resources: [networkpolicies]
  verbs: [get, list, watch, create, patch, delete]
# The servers' configuration and the clients' tokens.
- apiGroups: [""]
  resources: [secrets]
  verbs: [get, list, watch, create, patch, update, delete]
# patch: an annotation on servers, and on client pods whose token was issued anew, makes the kubelet look at a changed
# Secret at once. delete: a server that must restart.
- apiGroups: [""]
  resources: [pods]
  verbs: [get, list, watch, patch, delete]
# A role is in force while its ServiceAccount exists, and while none of the cluster's namespace has its user's name.
- apiGroups: [""]
  resources: [serviceaccounts]
  verbs: [get, list, watch]
# Tokens for the audience of a NATS cluster, bound to the Secret that holds them. RBAC knows neither audiences nor bound
# objects: the admission policy {{ include "nats-operator.fullname" . }}-token-requests does.
- apiGroups: [""]
  resources: [serviceaccounts/token]
  verbs: [create]
# Events on the object a user looks at.
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create]
{{- if .Values.webhooks.enabled }}
# Whether a namespace is opted out by its label: pods there were not missed by the webhook.
- apiGroups: [""]
  resources: [namespaces]
  verbs: [get]
{{- if .Values.webhooks.evictUninjectedPods }}
# webhooks.evictUninjectedPods: evicts pods without a token. Unlike a deletion, an eviction respects PodDisruptionBudgets.
- apiGroups: [""]
  resources: [pods/eviction]
  verbs: [create]
{{- end }}
{{- end }}
{{- end }}

{{- define "nats-operator.subjects" -}}
- kind: ServiceAccount
  name: {{ include "nats-operator.serviceAccountName" . }}
  namespace: {{ .Release.Namespace | quote }}
{{- end }}
