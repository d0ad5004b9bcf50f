// The releases of Kubernetes whose OpenAPI documents the chart is held against: each has its line in go.sum.
module signet.dev/tests/peers/schemas

go 1.26.0
