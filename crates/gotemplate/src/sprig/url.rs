//! Functions of URLs (Go's package net/url: RFC 3986 with its own leniency).

use super::bytes;
use crate::{
    Map, Text, Type, Value,
    function::{Arguments, Call, Failure, Function},
};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("urlJoin", &[Type::DICTIONARY], join),
    Function::new("urlParse", &[Type::String], parse),
];

fn parse(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let text = arguments.text(0)?.as_bytes();
    call.charge(text.len().saturating_mul(4) + 1024)?;
    let url = Url::parse(text).map_err(|reason| Failure::new(format!("unable to parse url: {reason}")))?;
    let user = url.user.as_ref().map(User::encoded).unwrap_or_default();
    let entries = [
        ("fragment", url.fragment),
        ("hostname", hostname(&url.host).to_vec()),
        ("host", url.host),
        ("opaque", url.opaque),
        ("path", url.path),
        ("query", url.query),
        ("scheme", url.scheme),
        ("userinfo", user),
    ];
    Ok(Map::dictionary(entries.map(|(key, value)| (Text::from(key), Value::text(value)))).into())
}

fn join(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let map = arguments.map(0)?;
    let part = |key: &str| match map.get(key.as_bytes()) {
        None => Ok(Text::from("")),
        Some(Value::String(text)) => Ok(text),
        Some(other) => {
            let kind = other.type_of().map_or("invalid", Type::kind_name);
            Err(Failure::new(format!(
                "unable to parse {key} key, must be of type string, but {kind} found"
            )))
        }
    };
    let parts = ["scheme", "host", "path", "query", "opaque", "fragment", "userinfo"].map(part);
    let mut size = 64_usize;
    for part in &parts {
        size = size.saturating_add(part.as_ref().map_or(0, |text| text.len().saturating_mul(4)));
    }
    call.charge(size)?;
    let [scheme, host, path, query, opaque, fragment, user] = parts;
    let owned = |text: Result<Text, Failure>| text.map(|text| text.as_bytes().to_vec());
    let url = Url {
        scheme: owned(scheme)?,
        host: owned(host)?,
        path: owned(path)?,
        query: owned(query)?,
        opaque: owned(opaque)?,
        fragment: owned(fragment)?,
        user: user_of(user?.as_bytes())?,
    };
    Ok(Value::text(url.encoded()))
}

fn user_of(text: &[u8]) -> Result<Option<User>, Failure> {
    if text.is_empty() {
        return Ok(None);
    }
    let url = [b"proto://", text, b"@host"].concat();
    let parsed =
        Url::parse(&url).map_err(|reason| Failure::new(format!("unable to parse userinfo in dict: {reason}")))?;
    Ok(parsed.user)
}

/// The parts, decoded but for the query.
struct Url {
    scheme: Vec<u8>,
    opaque: Vec<u8>,
    user: Option<User>,
    host: Vec<u8>,
    path: Vec<u8>,
    query: Vec<u8>,
    fragment: Vec<u8>,
}

struct User {
    name: Vec<u8>,
    password: Option<Vec<u8>>,
}

/// Go quotes what is wrong; it may be a secret.
type Refusal = &'static str;

impl Url {
    fn parse(text: &[u8]) -> Result<Self, Refusal> {
        let (text, fragment) = cut(text, b'#');
        if text.iter().any(u8::is_ascii_control) {
            return Err("net/url: invalid control character in URL");
        }
        let (scheme, rest) = if text == b"*" {
            (b"".as_slice(), text)
        } else {
            scheme(text)?
        };
        let (rest, query) = cut(rest, b'?');
        let mut url = Self {
            scheme: scheme.to_ascii_lowercase(),
            opaque: Vec::new(),
            user: None,
            host: Vec::new(),
            path: Vec::new(),
            query: query.unwrap_or_default().to_vec(),
            fragment: unescaped(fragment.unwrap_or_default(), Part::Fragment)?,
        };
        if !rest.starts_with(b"/") && text != b"*" {
            if !scheme.is_empty() {
                url.opaque = rest.to_vec();
                return Ok(url);
            }
            if cut(rest, b'/').0.contains(&b':') {
                return Err("first path segment in URL cannot contain colon");
            }
        }
        let path = match rest.strip_prefix(b"//") {
            Some(rest) if !url.scheme.is_empty() || !rest.starts_with(b"/") => {
                let end = rest.iter().position(|byte| *byte == b'/').unwrap_or(rest.len());
                (url.user, url.host) = authority(&url.scheme, &rest[..end])?;
                &rest[end..]
            }
            _ => rest,
        };
        url.path = unescaped(path, Part::Path)?;
        Ok(url)
    }

    fn encoded(&self) -> Vec<u8> {
        let mut text = Vec::new();
        if !self.scheme.is_empty() {
            text.extend_from_slice(&self.scheme);
            text.push(b':');
        }
        if self.opaque.is_empty() {
            self.encode_hierarchy(&mut text);
        } else {
            text.extend_from_slice(&self.opaque);
        }
        if !self.query.is_empty() {
            text.push(b'?');
            text.extend_from_slice(&self.query);
        }
        if !self.fragment.is_empty() {
            text.push(b'#');
            text.extend(escaped(&self.fragment, Part::Fragment));
        }
        text
    }

    fn encode_hierarchy(&self, text: &mut Vec<u8>) {
        let located = !self.host.is_empty() || self.user.is_some();
        if located || !self.scheme.is_empty() && !self.path.is_empty() {
            text.extend_from_slice(b"//");
            if let Some(user) = &self.user {
                text.extend(user.encoded());
                text.push(b'@');
            }
            text.extend(escaped(&self.host, Part::Host));
        }
        let path = if self.path == b"*" {
            b"*".to_vec()
        } else {
            escaped(&self.path, Part::Path)
        };
        if !path.is_empty() && !path.starts_with(b"/") && !self.host.is_empty() {
            text.push(b'/');
        }
        // A first segment with a colon would read as a scheme.
        if text.is_empty() && cut(&path, b'/').0.contains(&b':') {
            text.extend_from_slice(b"./");
        }
        text.extend(path);
    }
}

impl User {
    fn encoded(&self) -> Vec<u8> {
        let mut text = escaped(&self.name, Part::User);
        if let Some(password) = &self.password {
            text.push(b':');
            text.extend(escaped(password, Part::User));
        }
        text
    }
}

/// The scheme, which may be missing, and what follows it.
fn scheme(text: &[u8]) -> Result<(&[u8], &[u8]), Refusal> {
    let length = text
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
        .count();
    match (text.first(), text.get(length)) {
        (Some(b':'), _) => Err("missing protocol scheme"),
        (Some(first), Some(b':')) if first.is_ascii_alphabetic() => Ok((&text[..length], &text[length + 1..])),
        _ => Ok((b"", text)),
    }
}

fn authority(scheme: &[u8], text: &[u8]) -> Result<(Option<User>, Vec<u8>), Refusal> {
    let Some(at) = text.iter().rposition(|byte| *byte == b'@') else {
        return Ok((None, host(scheme, text)?));
    };
    let host = host(scheme, &text[at + 1..])?;
    let user = &text[..at];
    let valid = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(byte);
    if !user.iter().all(valid) {
        return Err("net/url: invalid userinfo");
    }
    let (name, password) = cut(user, b':');
    let password = password.map(|password| unescaped(password, Part::User)).transpose()?;
    Ok((
        Some(User {
            name: unescaped(name, Part::User)?,
            password,
        }),
        host,
    ))
}

fn host(scheme: &[u8], text: &[u8]) -> Result<Vec<u8>, Refusal> {
    match text.iter().rposition(|byte| *byte == b'[') {
        Some(0) => return literal(text),
        Some(_) => return Err("invalid IP-literal"),
        None => {}
    }
    let web = scheme == b"http" || scheme == b"https";
    let colon = |byte: &u8| *byte == b':';
    let port = if web {
        text.iter().position(colon)
    } else {
        text.iter().rposition(colon)
    };
    if port.is_some_and(|port| !is_port(&text[port..])) {
        return Err("invalid port after host");
    }
    unescaped(text, Part::Host)
}

/// An address of IPv6 in brackets, with a zone perhaps.
fn literal(text: &[u8]) -> Result<Vec<u8>, Refusal> {
    let end = text
        .iter()
        .rposition(|byte| *byte == b']')
        .ok_or("missing ']' in host")?;
    if !is_port(&text[end + 1..]) {
        return Err("invalid port after host");
    }
    let inside = &text[1..end];
    let zone = bytes::find(inside, b"%25");
    let mut name = unescaped(&inside[..zone.unwrap_or(inside.len())], Part::Host)?;
    if let Some(zone) = zone {
        name.extend(unescaped(&inside[zone..], Part::Zone)?);
    }
    let (address, zone) = cut(&name, b'%');
    let address = std::str::from_utf8(address)
        .ok()
        .and_then(|address| address.parse::<std::net::Ipv6Addr>().ok());
    if address.is_none() || zone.is_some_and(<[u8]>::is_empty) {
        return Err("invalid IP-literal");
    }
    Ok([b"[", name.as_slice(), b"]", &text[end + 1..]].concat())
}

/// Empty, or a colon and digits.
fn is_port(text: &[u8]) -> bool {
    text.split_first()
        .is_none_or(|(colon, digits)| *colon == b':' && digits.iter().all(u8::is_ascii_digit))
}

/// The host without port and brackets.
fn hostname(host: &[u8]) -> &[u8] {
    let port = host
        .iter()
        .rposition(|byte| *byte == b':')
        .filter(|port| is_port(&host[*port..]));
    let host = &host[..port.unwrap_or(host.len())];
    host.strip_prefix(b"[")
        .and_then(|host| host.strip_suffix(b"]"))
        .unwrap_or(host)
}

fn cut(text: &[u8], mark: u8) -> (&[u8], Option<&[u8]>) {
    match text.iter().position(|byte| *byte == mark) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Fragment,
    Host,
    Path,
    User,
    Zone,
}

impl Part {
    /// Whether a byte stands for itself in it.
    fn has(self, byte: u8) -> bool {
        let marks: &[u8] = match self {
            Self::Fragment => b"!$&()*+,-./:;=?@_~",
            Self::Host | Self::Zone => b"!\"$&'()*+,-.:;<=>[]_~",
            Self::Path => b"$&+,-./:;=@_~",
            Self::User => b"$&+,-.;=_~",
        };
        byte.is_ascii_alphanumeric() || marks.contains(&byte)
    }
}

fn unescaped(text: &[u8], part: Part) -> Result<Vec<u8>, Refusal> {
    let located = matches!(part, Part::Host | Part::Zone);
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte != b'%' {
            if located && byte.is_ascii() && !part.has(byte) {
                return Err("invalid character in host name");
            }
            plain.push(byte);
            continue;
        }
        let digit = |place: usize| after.get(place).and_then(|digit| char::from(*digit).to_digit(16));
        let value = digit(0)
            .zip(digit(1))
            .map(|(high, low)| (high << 4 | low) as u8)
            .ok_or("invalid URL escape")?;
        let allowed = match part {
            Part::Host => value >= 0x80 || value == b'%',
            Part::Zone => value == b'%' || value == b' ' || part.has(value),
            _ => true,
        };
        if !allowed {
            return Err("invalid URL escape");
        }
        plain.push(value);
        rest = &after[2..];
    }
    Ok(plain)
}

fn escaped(text: &[u8], part: Part) -> Vec<u8> {
    let mut safe = Vec::with_capacity(text.len());
    for &byte in text {
        if part.has(byte) {
            safe.push(byte);
        } else {
            safe.extend_from_slice(format!("%{byte:02X}").as_bytes());
        }
    }
    safe
}
