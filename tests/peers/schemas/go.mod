// What the chart's objects are held against, by the lines of go.sum: the OpenAPI documents of several releases of Kubernetes, and the definitions
// of Prometheus' operator.
module signet.dev/tests/peers/schemas

go 1.26.0
