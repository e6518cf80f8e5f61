{{- /* Permissions of the operator in watched namespaces, each with its reason. There are none for pods/exec, pods/log and RBAC
objects. The operator never sets blockOwnerDeletion, so it needs no permission for finalizers. */ -}}
{{- define "nats-operator.rules" -}}
# Reads the custom resources, which the operator never changes.
- apiGroups: [nats.io]
  resources: [natsclusters, natsserviceroles]
  verbs: [get, list, watch]
# Reports their status.
- apiGroups: [nats.io]
  resources: [natsclusters/status, natsserviceroles/status]
  verbs: [patch]
# One StatefulSet per cluster runs its servers. The operator deletes it if a cluster is replaced by another of the same name.
- apiGroups: [apps]
  resources: [statefulsets]
  verbs: [get, list, watch, create, patch, delete]
# Two Services per cluster, for clients and for servers.
- apiGroups: [""]
  resources: [services]
  verbs: [get, list, watch, create, patch, delete]
# One PodDisruptionBudget per cluster of more than one server.
- apiGroups: [policy]
  resources: [poddisruptionbudgets]
  verbs: [get, list, watch, create, patch, delete]
# One NetworkPolicy per cluster limits access to its servers.
- apiGroups: [networking.k8s.io]
  resources: [networkpolicies]
  verbs: [get, list, watch, create, patch, delete]
# The servers' configuration and the clients' tokens.
- apiGroups: [""]
  resources: [secrets]
  verbs: [get, list, watch, create, patch, update, delete]
# patch: an annotation on a server, or on a client pod with a new token, makes the kubelet sync a changed Secret at once.
# delete: restarts a server.
- apiGroups: [""]
  resources: [pods]
  verbs: [get, list, watch, patch, delete]
# A role is in force while its ServiceAccount exists and no ServiceAccount of the cluster's namespace has its user's name.
- apiGroups: [""]
  resources: [serviceaccounts]
  verbs: [get, list, watch]
# Requests tokens for the audience of a NATS cluster, bound to the Secret that contains them. RBAC cannot restrict audiences and
# bound objects; the admission policy {{ include "nats-operator.fullname" . }}-token-requests does.
- apiGroups: [""]
  resources: [serviceaccounts/token]
  verbs: [create]
# Emits Events on the objects that users create, and counts those that recur.
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create, get, patch]
# Reads why the API server rejects the pods of a StatefulSet, such as a quota. Only Events of Kubernetes contain it.
- apiGroups: [""]
  resources: [events]
  verbs: [list]
{{- if .Values.webhooks.enabled }}
# Reads whether a namespace disables the injection by a label: its pods do not count as uninjected.
- apiGroups: [""]
  resources: [namespaces]
  verbs: [get]
{{- if .Values.webhooks.evictUninjectedPods }}
# webhooks.evictUninjectedPods: evicts pods without a token. Unlike a deletion, an eviction respects PodDisruptionBudgets. An
# admission policy does not see the pod of an eviction, so none restricts it.
- apiGroups: [""]
  resources: [pods/eviction]
  verbs: [create]
{{- end }}
{{- end }}
{{- end }}

{{- define "nats-operator.subjects" -}}
- kind: ServiceAccount
  name: {{ include "nats-operator.serviceAccountName" . }}
  namespace: {{ include "nats-operator.namespace" . | quote }}
{{- end }}
