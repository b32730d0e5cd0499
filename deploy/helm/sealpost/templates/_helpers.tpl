{{- define "sealpost.name" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name | trunc 50 | trimSuffix "-" }}{{ else }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 50 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "sealpost.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "sealpost.labels" -}}
{{ include "sealpost.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "sealpost.serviceAccount" -}}
{{- if .Values.serviceAccount.create }}{{ default (include "sealpost.name" .) .Values.serviceAccount.name }}{{ else }}{{ default "default" .Values.serviceAccount.name }}{{ end }}
{{- end }}

{{- define "sealpost.image" -}}
{{- if .Values.image.digest }}{{ .Values.image.repository }}@{{ .Values.image.digest }}{{ else }}{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}{{ end }}
{{- end }}

{{- define "sealpost.secret" -}}
{{- if .Values.trial.enabled }}{{ include "sealpost.name" . }}-trial{{ else }}{{ .Values.existingSecret }}{{ end }}
{{- end }}

{{- /* What several nodes cannot do without, said before anything is made. */ -}}
{{- define "sealpost.check" -}}
{{- if not .Values.baseUrl }}{{ fail "baseUrl: where browsers and mail recipients reach it, https://…" }}{{ end }}
{{- if .Values.trial.enabled }}
  {{- if or .Values.autoscaling.enabled (gt (int .Values.replicaCount) 1) }}{{ fail "trial.enabled: for one node only; set replicaCount to 1" }}{{ end }}
{{- else }}
  {{- if not .Values.existingSecret }}{{ fail "existingSecret: the Secret with database-url and keyring-url" }}{{ end }}
  {{- if not (has .Values.config.blob.kind (list "azure" "s3")) }}{{ fail "config.blob.kind: \"azure\" or \"s3\": nodes need a store that all of them reach" }}{{ end }}
  {{- if not (has .Values.config.vault.kind (list "azure_key_vault" "openbao")) }}{{ fail "config.vault.kind: \"azure_key_vault\" or \"openbao\": nodes need a vault that all of them reach" }}{{ end }}
{{- end }}
{{- end }}

{{- define "sealpost.configuration" -}}
{{- $ours := dict
  "listen" "0.0.0.0:8443"
  "base_url" .Values.baseUrl
  "data_dir" "/var/lib/sealpost"
  "trusted_proxies" .Values.trustedProxies
  "database" (dict "url_file" (printf "/run/secrets/sealpost/%s" .Values.databaseUrlKey))
  "keyring" (dict "url_file" (printf "/run/secrets/sealpost/%s" .Values.keyringUrlKey)) }}
{{- if .Values.metrics.enabled }}{{ $_ := set $ours "metrics" (dict "listen" (printf "0.0.0.0:%d" (int .Values.metrics.port)) "allow_public" true) }}{{ end }}
{{- $theirs := deepCopy .Values.config }}
{{- if .Values.trial.enabled }}
  {{- $_ := set $theirs "blob" (dict "kind" "azure" "account" "devstoreaccount1" "credential" "key" "endpoint" "http://127.0.0.1:10000/devstoreaccount1" "account_key_file" "/run/secrets/sealpost/blob-key") }}
  {{- $_ := set $theirs "vault" (dict "kind" "local" "dir" "/var/lib/sealpost-trial/vault") }}
{{- end }}
{{- if .Values.checkpoints.existingClaim }}{{ $_ := set $ours "audit" (dict "checkpoints" "/var/lib/sealpost-checkpoints") }}{{ end }}
{{- /* Helm reads 10 as 10.0. */}}
{{- regexReplaceAll "(?m)= (-?[0-9]+)\\.0$" (toToml (mergeOverwrite $theirs $ours)) "= ${1}" }}
{{- end }}

{{- /* What every container of ours may and has. */ -}}
{{- define "sealpost.container" -}}
image: {{ include "sealpost.image" . }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
volumeMounts:
  - name: configuration
    mountPath: /etc/sealpost/sealpost.toml
    subPath: sealpost.toml
    readOnly: true
  - name: secrets
    mountPath: /run/secrets/sealpost
    readOnly: true
  - name: data
    mountPath: /var/lib/sealpost
  - name: tmp
    mountPath: /tmp
  {{- if .Values.trustConfigMap }}
  - name: trust
    mountPath: /etc/sealpost/trust
    readOnly: true
  {{- end }}
  {{- if .Values.checkpoints.existingClaim }}
  - name: checkpoints
    mountPath: /var/lib/sealpost-checkpoints
  {{- end }}
  {{- if .Values.trial.enabled }}
  - name: trial
    mountPath: /var/lib/sealpost-trial
    subPath: sealpost
  {{- end }}
{{- end }}

{{- define "sealpost.pod" -}}
serviceAccountName: {{ include "sealpost.serviceAccount" . }}
# Kubernetes would set SEALPOST_PORT and the like for the service of this name, which Sealpost takes for keys that do not exist.
enableServiceLinks: false
automountServiceAccountToken: false
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  fsGroup: 65532
  seccompProfile:
    type: RuntimeDefault
volumes:
  - name: configuration
    configMap:
      name: {{ .configuration | default (include "sealpost.name" .) }}
  - name: secrets
    secret:
      secretName: {{ include "sealpost.secret" . }}
      defaultMode: 0440
  # What a node keeps for itself: nothing that anybody would miss.
  - name: data
    emptyDir:
      sizeLimit: 1Gi
  - name: tmp
    emptyDir:
      sizeLimit: 64Mi
  {{- if .Values.trustConfigMap }}
  - name: trust
    configMap:
      name: {{ .Values.trustConfigMap }}
  {{- end }}
  {{- if .Values.checkpoints.existingClaim }}
  - name: checkpoints
    persistentVolumeClaim:
      claimName: {{ .Values.checkpoints.existingClaim }}
  {{- end }}
  {{- if .Values.trial.enabled }}
  - name: trial
    persistentVolumeClaim:
      claimName: {{ include "sealpost.name" . }}-trial
  {{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end }}
