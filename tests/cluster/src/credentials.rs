use std::fs;
use std::path::{Path, PathBuf};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};

use crate::servers::ADDRESS;

/// The files that say who is who: the server's certificate, the key of ServiceAccount tokens,
/// and the administrator's token.
#[derive(Debug)]
pub(crate) struct Credentials {
    folder: PathBuf,
}

impl Credentials {
    /// Makes all of them, new, in `folder`.
    pub(crate) fn generate(folder: &Path) -> Self {
        fs::create_dir_all(folder).unwrap();
        let credentials = Self {
            folder: folder.to_owned(),
        };
        credentials.write_certificates();
        let key = KeyPair::generate().unwrap();
        fs::write(credentials.account_key(), key.serialize_pem()).unwrap();
        fs::write(credentials.account_public_key(), key.public_key_pem()).unwrap();
        fs::write(
            credentials.tokens(),
            format!("{ADMINISTRATOR},administrator,1,system:masters\n"),
        )
        .unwrap();
        credentials
    }

    /// The authority that the server's certificate is from (PEM).
    pub(crate) fn authority(&self) -> PathBuf {
        self.folder.join("ca.crt")
    }

    /// The server's certificate (PEM).
    pub(crate) fn certificate(&self) -> PathBuf {
        self.folder.join("server.crt")
    }

    /// The server's private key (PEM).
    pub(crate) fn private_key(&self) -> PathBuf {
        self.folder.join("server.key")
    }

    /// The key that signs ServiceAccount tokens (PEM).
    pub(crate) fn account_key(&self) -> PathBuf {
        self.folder.join("accounts.key")
    }

    /// The key that checks ServiceAccount tokens (PEM).
    pub(crate) fn account_public_key(&self) -> PathBuf {
        self.folder.join("accounts.pub")
    }

    /// The certificate of a user in `system:masters` (PEM).
    pub(crate) fn client_certificate(&self) -> PathBuf {
        self.folder.join("client.crt")
    }

    /// The private key of that user (PEM).
    pub(crate) fn client_key(&self) -> PathBuf {
        self.folder.join("client.key")
    }

    /// The static token file of kube-apiserver (CSV).
    pub(crate) fn tokens(&self) -> PathBuf {
        self.folder.join("tokens.csv")
    }

    /// Writes the kubeconfig `name` that speaks to `port` with `token`.
    pub(crate) fn kubeconfig(&self, name: &str, port: u16, token: &str) -> PathBuf {
        let path = self.folder.join(format!("{name}.kubeconfig"));
        let authority = self.authority();
        let text = format!(
            "apiVersion: v1\nkind: Config\ncurrent-context: test\n\
             clusters: [{{name: test, cluster: {{server: 'https://127.0.0.1:{port}', certificate-authority: '{}'}}}}]\n\
             users: [{{name: test, user: {{token: '{token}'}}}}]\n\
             contexts: [{{name: test, context: {{cluster: test, user: test}}}}]\n",
            authority.display()
        );
        fs::write(&path, text).unwrap();
        path
    }

    fn write_certificates(&self) {
        let mut authority = CertificateParams::new(Vec::new()).unwrap();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        fs::write(self.authority(), authority.self_signed(&key).unwrap().pem()).unwrap();
        let issuer = Issuer::new(authority, key);

        let names = ["127.0.0.1", ADDRESS, "localhost", "kubernetes.default.svc"].map(str::to_owned);
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new(names).unwrap().signed_by(&key, &issuer).unwrap();
        fs::write(self.certificate(), certificate.pem()).unwrap();
        fs::write(self.private_key(), key.serialize_pem()).unwrap();

        let mut user = CertificateParams::new(Vec::new()).unwrap();
        user.distinguished_name.push(DnType::CommonName, "administrator");
        user.distinguished_name.push(DnType::OrganizationName, "system:masters");
        let key = KeyPair::generate().unwrap();
        let certificate = user.signed_by(&key, &issuer).unwrap();
        fs::write(self.client_certificate(), certificate.pem()).unwrap();
        fs::write(self.client_key(), key.serialize_pem()).unwrap();
    }
}

/// The token of a user in `system:masters`.
pub(crate) const ADMINISTRATOR: &str = "administrator-token";
