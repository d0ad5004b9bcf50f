//! The peer: Go's own code, in a process of its own.

use std::{
    io::{self, BufRead, BufReader, Write},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    thread,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;

/// What became of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Error(String),
    Output(Vec<u8>),
}

pub(crate) struct Oracle {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Oracle {
    pub(crate) fn start(program: &str) -> io::Result<Self> {
        let mut child = Command::new(program)
            .env("TZ", "UTC")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let input = child.stdin.take();
        let output = child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
        Ok(Self {
            child,
            input,
            output: BufReader::new(output),
        })
    }

    /// Answers to requests, in their order.
    pub(crate) fn answers(&mut self, requests: &[Value]) -> io::Result<Vec<Outcome>> {
        let mut lines = Vec::new();
        for request in requests {
            writeln!(lines, "{request}")?;
        }
        let Self { input, output, .. } = self;
        let input = input.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        thread::scope(|scope| {
            // It answers while it is still being asked.
            let asking = scope.spawn(|| input.write_all(&lines).and_then(|()| input.flush()));
            let answers = requests.iter().map(|request| read(output, request)).collect();
            asking.join().map_err(|_| io::ErrorKind::Other)??;
            answers
        })
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        self.input.take();
        // Nothing more can be done about it here.
        let _ = self.child.wait();
    }
}

fn read(output: &mut impl BufRead, request: &Value) -> io::Result<Outcome> {
    let mut line = String::new();
    if output.read_line(&mut line)? == 0 {
        return Err(io::Error::other(format!("the oracle ended at {request}")));
    }
    let answer: Value = serde_json::from_str(&line)?;
    let text = |key: &str| answer[key].as_str().map(str::to_owned);
    if let Some(error) = text("error") {
        return Ok(Outcome::Error(error));
    }
    match text("output_base64") {
        Some(base64) => Ok(Outcome::Output(STANDARD.decode(base64).map_err(io::Error::other)?)),
        None => Ok(Outcome::Output(text("output").unwrap_or_default().into_bytes())),
    }
}
