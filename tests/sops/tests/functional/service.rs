//! What the functional tests publish to and wrap keys with: AWS KMS, S3 and Vault on one port of loopback, as far as they ask.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    thread,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use signet_sops_tests::Fault;

/// Starts it; it ends with the process.
pub(crate) fn start() -> Result<SocketAddr, Fault> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // A client that goes away is no fault of the service.
            thread::spawn(move || drop(serve(&stream)));
        }
    });
    Ok(address)
}

struct Request {
    method: String,
    path: String,
    target: String,
    body: Vec<u8>,
}

fn serve(mut stream: &TcpStream) -> Result<(), Fault> {
    let request = read(stream)?;
    let (status, body) = answer(&request)?;
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )?;
    Ok(())
}

fn read(stream: &TcpStream) -> Result<Request, Fault> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split(' ').map(str::to_owned);
    let (method, path) = words.next().zip(words.next()).ok_or("no request")?;
    let (mut length, mut target) = (0, String::new());
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse()?,
            "x-amz-target" => value.clone_into(&mut target),
            _ => {}
        }
    }
    let mut body = Vec::new();
    reader.take(length).read_to_end(&mut body)?;
    Ok(Request {
        method,
        path,
        target,
        body,
    })
}

fn answer(request: &Request) -> Result<(&'static str, String), Fault> {
    let body = || serde_json::from_slice::<Value>(&request.body);
    Ok(match (request.target.as_str(), request.method.as_str()) {
        ("TrentService.Encrypt", _) => (OK, encrypt(&body()?)),
        ("TrentService.Decrypt", _) => decrypt(&body()?)?,
        // Vault: nothing is there yet.
        (_, "GET") => ("404 Not Found", r#"{"errors":[]}"#.to_owned()),
        (_, "PUT") if request.path.starts_with("/v1/secret/data/") => (OK, r#"{"data":{"version":1}}"#.to_owned()),
        (_, "PUT") if request.path.starts_with("/v1/kv/") => ("204 No Content", String::new()),
        // S3
        (_, "PUT") if request.path.starts_with("/sops-publish-functional-tests/") => (OK, String::new()),
        _ => ("400 Bad Request", r#"{"errors":["nobody asks so"]}"#.to_owned()),
    })
}

/// The plaintext and its context, in the open.
fn encrypt(body: &Value) -> String {
    let blob = json!([body["KeyId"], body["EncryptionContext"], body["Plaintext"]]).to_string();
    json!({"KeyId": body["KeyId"], "CiphertextBlob": STANDARD.encode(blob)}).to_string()
}

fn decrypt(body: &Value) -> Result<(&'static str, String), Fault> {
    let blob = STANDARD.decode(body["CiphertextBlob"].as_str().unwrap_or_default())?;
    let blob: Value = serde_json::from_slice(&blob)?;
    if blob[0] != body["KeyId"] || blob[1] != body["EncryptionContext"] {
        let error = r#"{"__type":"InvalidCiphertextException"}"#;
        return Ok(("400 Bad Request", error.to_owned()));
    }
    Ok((OK, json!({"KeyId": blob[0], "Plaintext": blob[2]}).to_string()))
}

const OK: &str = "200 OK";
