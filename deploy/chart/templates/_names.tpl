{{- define "signet.labels" -}}
app.kubernetes.io/name: {{ .Values.name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "signet.selector" -}}
{{- toYaml .Values.selector }}
{{- end }}

{{- define "signet.metadata" -}}
name: {{ .Values.name }}
namespace: {{ .Release.Namespace }}
labels:
  {{- include "signet.labels" . | nindent 2 }}
{{- end }}

{{- /* Of what is made for others: the root, the values of the object, what its name ends with. */}}
{{- define "signet.monitoringMetadata" -}}
{{- $root := index . 0 }}
{{- $values := index . 1 -}}
name: {{ $root.Values.name }}{{ if gt (len .) 2 }}{{ index . 2 }}{{ end }}
namespace: {{ $values.namespace | default $root.Release.Namespace }}
labels:
  {{- merge (deepCopy $values.labels) (include "signet.labels" $root | fromYaml) | toYaml | nindent 2 }}
{{- with $values.annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
