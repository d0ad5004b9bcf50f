//! Prints the CustomResourceDefinition: `cargo run -p signet-api --example crd > deploy/chart/crds/sealedsecrets.bitnami.com.yaml`.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    print!("{}", *signet_api::crd::sealed_secret_yaml()?);
    Ok(())
}
