{{/* Labels of a component: dict "root" . "component" "training". */}}
{{- define "platform.labels" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
{{- end }}

{{/* What selects a component's pods; never changes. */}}
{{- define "platform.selector" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{/* An image: dict "root" . "image" "training-worker". */}}
{{- define "platform.image" -}}
{{- $whole := get .root.Values.images.overrides .image -}}
{{- if $whole -}}
{{ $whole }}
{{- else -}}
{{ .root.Values.images.registry }}/{{ .image }}:{{ default .root.Chart.AppVersion .root.Values.images.tag }}
{{- end -}}
{{- end }}

{{/* An environment variable from a Secret of the user: dict "root" . "variable" "BUS" "secret" "bus". */}}
{{- define "platform.secretVariable" -}}
{{- $secret := get .root.Values.secrets .secret -}}
- name: {{ .variable }}
  valueFrom: {secretKeyRef: {name: {{ $secret.name }}, key: {{ $secret.key }}}}
{{- end }}

{{/* What every process of ours gets. */}}
{{- define "platform.environment" -}}
{{ include "platform.secretVariable" (dict "root" . "variable" "BUS" "secret" "bus") }}
{{ include "platform.secretVariable" (dict "root" . "variable" "S3" "secret" "s3") }}
{{ include "platform.secretVariable" (dict "root" . "variable" "RUN_TOKEN_KEY" "secret" "runTokens") }}
{{- with .Values.telemetry.otlpEndpoint }}
- {name: OTEL_EXPORTER_OTLP_ENDPOINT, value: {{ . | quote }}}
{{- end }}
{{- end }}

{{/* Passes the Pod Security Standard "restricted". */}}
{{- define "platform.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "platform.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{/* Annotations of a pod that calls and is called through Dapr: dict "root" . "component" "training". */}}
{{- define "platform.dapr" -}}
{{- if .root.Values.dapr.enabled }}
dapr.io/enabled: "true"
dapr.io/app-id: {{ .component }}
dapr.io/app-port: "8081"
dapr.io/app-protocol: grpc
{{- end }}
{{- end }}

{{/* Scheduling shared by all pods of ours. */}}
{{- define "platform.scheduling" -}}
{{- with .Values.images.pullSecrets }}
imagePullSecrets:
{{ toYaml . }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
{{ toYaml . | indent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
{{ toYaml . }}
{{- end }}
{{- end }}
