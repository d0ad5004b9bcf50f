/// Why a text names no master key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseKeyError {
    /// It is nothing that age knows.
    #[error("failed to parse input, unknown recipient type: {0:?}")]
    Age(String),
    /// It is no ARN of a key or of an alias.
    #[error("no valid ARN found in '{0}'")]
    Aws(String),
    /// It is no URL of a key.
    #[error("could not parse {0:?} into a valid Azure Key Vault MasterKey")]
    Azure(String),
    /// Nothing stands between two commas.
    #[error("an empty key among others")]
    Empty,
    /// It is no resource name of a key.
    #[error("no valid resource ID found in {0:?}")]
    Gcp(String),
    /// It is not a region and an identifier.
    #[error("invalid key ID format: expected 'region:key-uuid', got {0:?}")]
    Huawei(String),
    /// It is a secret key, where the public one belongs.
    #[error("failed to parse input: an identity (secret key) stands where a recipient (public key) is needed")]
    Identity,
    /// It is no URI of a key.
    #[error(
        "vault path does not seem to be formatted correctly: (eg. https://vault.example.com:8200/v1/transit/keys/keyName), got: {0}"
    )]
    Vault(String),
    /// Something stands before `/v1`.
    #[error(
        "running Vault with a prefixed URL is not supported! (Format has to be like https://vault.example.com:8200/v1/transit/keys/keyName), got: {0}"
    )]
    VaultPrefix(String),
    /// It does not start with `https://`.
    #[error(
        "missing scheme in Vault URL (should be like this: https://vault.example.com:8200/v1/transit/keys/keyName), got: {0}"
    )]
    VaultScheme(String),
}
