module signet.dev/tests/peers/vectors

go 1.26

require sigs.k8s.io/yaml v1.6.0 // as in sealed-secrets 0.40.0

require go.yaml.in/yaml/v2 v2.4.4 // indirect; as in sealed-secrets 0.40.0
