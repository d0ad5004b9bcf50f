{{- /* The controller's flags: those that say something else than the program does without them. */ -}}
{{- define "signet.arguments" -}}
{{- $controller := .Values.controller -}}
- --key-prefix={{ $controller.keyPrefix }}
- --key-renew-period={{ $controller.keyRenewPeriod }}
- --key-ttl={{ $controller.keyTTL }}
- --log-format={{ $controller.logFormat }}
- --log-level={{ $controller.logLevel }}
{{- if $controller.oldGcBehavior }}
- --old-gc-behavior
{{- end }}
{{- if not .Values.rbac.clusterRole }}
- --all-namespaces=false
{{- end }}
{{- if gt (int .Values.replicas) 1 }}
- --leader-elect=true
- --leader-election-lease-name={{ .Values.name }}
{{- end }}
{{- $flags := dict
  "accept-deprecated-v1-data" (ternary "" "false" $controller.acceptDeprecatedV1Data)
  "additional-namespaces" (join "," $controller.additionalNamespaces)
  "allowed-scopes" (join "," $controller.allowedScopes)
  "audit-log" $controller.auditLog
  "exclude-namespaces" (join "," $controller.excludeNamespaces)
  "heal" (ternary "" "false" $controller.heal)
  "key-cutoff-time" $controller.keyCutoffTime
  "key-order-priority" $controller.keyOrderPriority
  "key-size" $controller.keySize
  "label-selector" $controller.labelSelector
  "log-info-stdout" (ternary "" "false" $controller.logInfoStdout)
  "max-bytes" $controller.maxBytes
  "max-items" $controller.maxItems
  "metrics-omit-secret-labels" (ternary "true" "" $controller.metricsOmitSecretLabels)
  "my-cn" $controller.commonName
  "namespace-scopes" (ternary "true" "" $controller.namespaceScopes)
  "privatekey-annotations" (include "signet.pairs" $controller.privateKeyAnnotations)
  "privatekey-labels" (include "signet.pairs" $controller.privateKeyLabels)
  "rate-limit" $controller.rateLimit
  "rate-limit-burst" $controller.rateLimitBurst
  "read-timeout" $controller.readTimeout
  "require-token" (ternary "true" "" .Values.http.requireToken)
  "skip-recreate" (ternary "true" "" $controller.skipRecreate)
  "tls-cert-file" (ternary "" "/etc/signet/tls/tls.crt" (empty .Values.http.tlsSecretName))
  "tls-private-key-file" (ternary "" "/etc/signet/tls/tls.key" (empty .Values.http.tlsSecretName))
  "update-status" (ternary "" "false" $controller.updateStatus)
  "write-timeout" $controller.writeTimeout
}}
{{- range $name, $value := $flags }}
{{- /* A number of a values file is a float here, which would print as 1e+06. */ -}}
{{- $text := ternary (int64 $value | toString) (toString $value) (not (or (kindIs "string" $value) (kindIs "invalid" $value))) }}
{{- if and $text (not (kindIs "invalid" $value)) }}
- {{ printf "--%s=%s" $name $text | quote }}
{{- end }}
{{- end }}
{{- range $controller.extraArgs }}
- {{ . | quote }}
{{- end }}
{{- end }}

{{- define "signet.pairs" -}}
{{- $pairs := list -}}
{{- range $name, $value := . -}}
{{- $pairs = append $pairs (printf "%s=%s" $name $value) -}}
{{- end -}}
{{- join "," $pairs -}}
{{- end }}
