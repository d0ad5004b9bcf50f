//! An API server that says what a test wants.

// Each suite uses its own part of it.
#![allow(dead_code, unreachable_pub, reason = "a module of each suite")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

/// What it was asked.
#[derive(Clone, Debug)]
pub struct Request {
    /// `GET /path`.
    pub line: String,
    pub head: Vec<String>,
    pub body: String,
}

/// Status line, header lines and body.
pub struct Answer(pub &'static str, pub &'static [&'static str], pub String);

/// Where it listens, and what it was asked so far.
pub struct Server {
    pub address: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    /// A controller's Service whose port is called `http`, and `answer` for what comes through its proxy; the number is that of the request.
    pub fn of_controller(answer: impl Fn(usize, &Request) -> Answer + Send + 'static) -> Self {
        let mut number = 0;
        Self::start(move |request| {
            if !request.line.contains("/proxy/") {
                return Answer("200 OK", &[], r#"{"spec": {"ports": [{"name": "http"}]}}"#.to_owned());
            }
            number += 1;
            answer(number, request)
        })
    }

    pub fn start(mut answer: impl FnMut(&Request) -> Answer + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let request = read(&stream);
                seen.lock().unwrap().push(request.clone());
                let Answer(status, head, body) = answer(&request);
                let head: String = head.iter().map(|line| format!("{line}\r\n")).collect();
                let length = body.len();
                let text =
                    format!("HTTP/1.1 {status}\r\n{head}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}");
                // Whoever has read enough may go.
                let _ = stream.write_all(text.as_bytes());
            }
        });
        Self { address, requests }
    }

    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }

    /// A kubeconfig of one context for it, whose user is `user`.
    pub fn kubeconfig(&self, user: &str) -> String {
        format!(
            "apiVersion: v1\nkind: Config\ncurrent-context: c\ncontexts: [{{name: c, context: {{cluster: c, user: u}}}}]\n\
             clusters: [{{name: c, cluster: {{server: \"{}\"}}}}]\nusers: [{{name: u, user: {user}}}]\n",
            self.address
        )
    }
}

fn read(stream: &TcpStream) -> Request {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        match line.trim_end() {
            "" => break,
            line => head.push(line.to_owned()),
        }
    }
    let length = head.iter().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.parse().unwrap())
    });
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body).unwrap();
    Request {
        line: head
            .first()
            .map(|line| line.trim_end_matches(" HTTP/1.1").to_owned())
            .unwrap_or_default(),
        head,
        body: String::from_utf8(body).unwrap(),
    }
}
