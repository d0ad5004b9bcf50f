//! The requests that this controller makes of the API server.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use http::{Method, Request, Response, Uri};
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family},
    registry::Registry,
};
use tower::{Layer, Service};

/// How many, by what was asked for and by the answer. As a layer around a client it counts that client's.
#[derive(Clone, Default)]
pub(crate) struct ApiRequests {
    requests: Family<RequestLabels, Counter>,
}

impl ApiRequests {
    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register(
            "api_requests",
            "Requests to the API server by verb, resource and status code",
            self.requests.clone(),
        );
    }

    /// One has been answered with that status, or with none.
    pub(super) fn count(&self, verb: &'static str, resource: String, code: Option<u16>) {
        let labels = RequestLabels {
            verb,
            resource,
            code: code.map_or_else(|| "error".to_owned(), |code| code.to_string()),
        };
        self.requests.get_or_create(&labels).inc();
    }
}

impl<S> Layer<S> for ApiRequests {
    type Service = Counted<S>;

    fn layer(&self, client: S) -> Counted<S> {
        Counted {
            client,
            counts: self.clone(),
        }
    }
}

/// A client whose requests are counted.
pub(crate) struct Counted<S> {
    client: S,
    counts: ApiRequests,
}

impl<S, Asked, Answered> Service<Request<Asked>> for Counted<S>
where
    S: Service<Request<Asked>, Response = Response<Answered>>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.client.poll_ready(context)
    }

    fn call(&mut self, request: Request<Asked>) -> Self::Future {
        let (verb, resource) = kind(request.method(), request.uri());
        let counts = self.counts.clone();
        let answer = self.client.call(request);
        Box::pin(async move {
            let answer = answer.await;
            let code = answer.as_ref().ok().map(|answer| answer.status().as_u16());
            counts.count(verb, resource, code);
            answer
        })
    }
}

/// The verb and the resource with its subresource, as RBAC and audit logs name them.
fn kind(method: &Method, uri: &Uri) -> (&'static str, String) {
    let mut parts = uri.path().split('/').filter(|part| !part.is_empty());
    // The version, and the group before it where there is one.
    let before = if parts.next() == Some("apis") { 2 } else { 1 };
    let mut parts: Vec<_> = parts.skip(before).collect();
    if let ["namespaces", _, _, ..] = parts[..] {
        parts.drain(..2);
    }
    let is_watch = uri.query().is_some_and(|query| query.contains("watch=true"));
    let verb = match *method {
        Method::GET if is_watch => "watch",
        Method::GET if parts.len() < 2 => "list",
        Method::GET => "get",
        Method::POST => "create",
        Method::PUT => "update",
        Method::PATCH => "patch",
        Method::DELETE => "delete",
        _ => "unknown",
    };
    let resource = match parts[..] {
        [resource, _, subresource, ..] => format!("{resource}/{subresource}"),
        [resource, ..] => resource.to_owned(),
        [] => String::new(),
    };
    (verb, resource)
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    verb: &'static str,
    resource: String,
    code: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_and_resources_are_those_of_rbac() {
        for (method, path, expected) in [
            (Method::GET, "/api/v1/secrets?limit=500", ("list", "secrets")),
            (
                Method::GET,
                "/api/v1/secrets?watch=true&resourceVersion=1",
                ("watch", "secrets"),
            ),
            (Method::GET, "/api/v1/namespaces/a/secrets/b", ("get", "secrets")),
            (Method::GET, "/api/v1/namespaces/a/secrets", ("list", "secrets")),
            (Method::GET, "/api/v1/namespaces/a", ("get", "namespaces")),
            (Method::POST, "/api/v1/namespaces/a/secrets", ("create", "secrets")),
            (Method::DELETE, "/api/v1/namespaces/a/secrets/b", ("delete", "secrets")),
            (
                Method::PUT,
                "/apis/bitnami.com/v1alpha1/namespaces/a/sealedsecrets/b/status?",
                ("update", "sealedsecrets/status"),
            ),
            (
                Method::PATCH,
                "/apis/coordination.k8s.io/v1/namespaces/a/leases/b",
                ("patch", "leases"),
            ),
        ] {
            let uri = format!("https://10.0.0.1:443{path}").parse().expect("a URL");
            let (verb, resource) = kind(&method, &uri);
            assert_eq!((verb, resource.as_str()), expected, "{method} {path}");
        }
    }
}
