//! Where to listen.

use std::{fmt, io, net::IpAddr, str::FromStr};

use tokio::net::TcpListener;

/// Host and port as Go's `net.Listen` takes them: `:8080` is every address of the computer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ListenAddress {
    host: String,
    port: u16,
}

/// The text is no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be HOST:PORT or :PORT")]
pub(crate) struct ParseListenAddressError;

impl ListenAddress {
    /// Whether nobody but this computer can reach it. Of the names, only `localhost` counts.
    pub(crate) fn is_loopback(&self) -> bool {
        self.host == "localhost" || self.host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
    }

    /// Listens there.
    ///
    /// # Errors
    /// Those of the operating system: the address is in use, is not this computer's, or may not be used.
    pub(crate) async fn bind(&self) -> io::Result<TcpListener> {
        if !self.host.is_empty() {
            return TcpListener::bind((self.host.as_str(), self.port)).await;
        }
        match TcpListener::bind(("::", self.port)).await {
            // A kernel without IPv6.
            Err(error) if error.kind() != io::ErrorKind::AddrInUse => TcpListener::bind(("0.0.0.0", self.port)).await,
            result => result,
        }
    }
}

impl FromStr for ListenAddress {
    type Err = ParseListenAddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (host, port) = text.rsplit_once(':').ok_or(ParseListenAddressError)?;
        let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        if bare.is_none() && host.contains([':', '[', ']']) {
            return Err(ParseListenAddressError);
        }
        Ok(Self {
            host: bare.unwrap_or(host).to_owned(),
            port: port.parse().map_err(|_| ParseListenAddressError)?,
        })
    }
}

impl fmt::Display for ListenAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.host.contains(':') {
            true => write!(f, "[{}]:{}", self.host, self.port),
            false => write!(f, "{}:{}", self.host, self.port),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> ListenAddress {
        text.parse().expect("an address")
    }

    #[test]
    fn addresses_go_there_and_back() {
        for text in [":8080", "127.0.0.1:0", "localhost:80", "[::1]:8080", "[::]:1"] {
            assert_eq!(read(text).to_string(), text);
        }
        for wrong in ["", "8080", "::1:80", "[::1:80", "a:", "a:b", "a:70000"] {
            assert_eq!(
                wrong.parse::<ListenAddress>(),
                Err(ParseListenAddressError),
                "{wrong:?}"
            );
        }
    }

    #[test]
    fn only_this_computers_own_addresses_are_loopback() {
        assert!(
            ["127.0.0.1:1", "127.1.2.3:1", "[::1]:1", "localhost:1"]
                .iter()
                .all(|text| read(text).is_loopback())
        );
        assert!(
            ![":1", "0.0.0.0:1", "[::]:1", "10.0.0.1:1", "example.org:1"]
                .iter()
                .any(|text| read(text).is_loopback())
        );
    }

    #[tokio::test]
    async fn an_address_in_use_is_an_error() {
        let first = read(":0").bind().await.expect("listening");
        let port = first.local_addr().expect("an address").port();
        let error = read(&format!(":{port}")).bind().await.expect_err("an error");
        assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
    }
}
