//! Which proxy the environment asks for (Go's `http.ProxyFromEnvironment`). The client library looks at one variable of it.

use std::{env, net::IpAddr};

use ::http::Uri;
use hyper_util::client::proxy::matcher::Matcher;

/// The proxy for requests to `server`, as it is written in `HTTPS_PROXY` or `HTTP_PROXY`; none where `NO_PROXY` names the server, or where
/// it is this machine.
pub(crate) fn of_environment(server: &Uri) -> Option<Uri> {
    if server.host().is_none_or(is_here) || Matcher::from_env().intercept(server).is_none() {
        return None;
    }
    let names = match server.scheme_str() {
        Some("https") => ["HTTPS_PROXY", "https_proxy"],
        _ => ["HTTP_PROXY", "http_proxy"],
    };
    let proxy = names.into_iter().filter_map(|name| env::var(name).ok());
    let proxy = proxy
        .filter(|proxy| !proxy.is_empty())
        .map(|proxy| match proxy.contains("://") {
            true => proxy,
            false => format!("http://{proxy}"),
        });
    proxy.filter_map(|proxy| proxy.parse().ok()).next()
}

/// Whether a host is this machine: no proxy leads there.
pub(crate) fn is_here(host: &str) -> bool {
    let address: Result<IpAddr, _> = host.trim_matches(['[', ']']).parse();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_told_by_name_or_address() {
        for here in ["localhost", "127.0.0.1", "127.9.9.9", "[::1]", "::1"] {
            assert!(is_here(here), "{here}");
        }
        for there in ["10.0.0.1", "localhost.example", "example.com", "[2001:db8::1]", ""] {
            assert!(!is_here(there), "{there}");
        }
    }
}
