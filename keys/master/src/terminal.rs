use std::{
    fs::{File, OpenOptions},
    io::{self, ErrorKind, Read, Write},
};

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use zeroize::Zeroizing;

use crate::{Prompt, messages::reason};

/// The terminal of the process: `/dev/tty`, whatever standard input and output are.
#[derive(Clone, Copy, Debug)]
pub struct Terminal;

impl Prompt for Terminal {
    fn passphrase(&self, question: &str) -> io::Result<Zeroizing<String>> {
        let mut terminal = open()?;
        write!(terminal, "{question} ")?;
        let silent = Silent::new(terminal.try_clone()?)?;
        let answer = read_line(&terminal);
        drop(silent);
        // What was asked disappears, as with upstream: a new line, back, and that line erased.
        terminal.write_all(b"\r\n\x1b[F\x1b[K")?;
        answer
    }

    fn line(&self, question: &str) -> io::Result<String> {
        let mut terminal = open()?;
        write!(terminal, "{question} ")?;
        read_line(&terminal).map(|mut line| std::mem::take(&mut *line))
    }

    fn tell(&self, message: &str) {
        // A message that nobody can see is lost, and nothing else.
        let _ = open().and_then(|mut terminal| writeln!(terminal, "{message}"));
    }
}

fn open() -> io::Result<File> {
    let opened = OpenOptions::new().read(true).write(true).open("/dev/tty");
    opened.map_err(|error| {
        let message = format!("/dev/tty is not available: open /dev/tty: {}", reason(&error));
        io::Error::new(error.kind(), message)
    })
}

/// A terminal that shows nothing, and that gives Ctrl-C to us rather than end us, which would leave it so.
struct Silent {
    terminal: File,
    before: Termios,
}

impl Silent {
    fn new(terminal: File) -> io::Result<Self> {
        let before = tcgetattr(&terminal)?;
        let mut silent = before.clone();
        silent.local_modes -= LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG;
        tcsetattr(&terminal, OptionalActions::Flush, &silent)?;
        Ok(Self { terminal, before })
    }
}

impl Drop for Silent {
    fn drop(&mut self) {
        // Where the terminal is gone, there is nothing to put right.
        let _ = tcsetattr(&self.terminal, OptionalActions::Flush, &self.before);
    }
}

fn read_line(mut terminal: impl Read) -> io::Result<Zeroizing<String>> {
    // Of its final size: a buffer that grows leaves copies behind.
    let mut line = Zeroizing::new(Vec::with_capacity(LONGEST));
    let mut key = Zeroizing::new([0]);
    loop {
        if terminal.read(&mut *key)? == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        match key[0] {
            b'\r' | b'\n' => return text(line),
            CTRL_C => return Err(io::Error::new(ErrorKind::Interrupted, "interrupted")),
            CTRL_D if line.is_empty() => return Err(ErrorKind::UnexpectedEof.into()),
            CTRL_D => return text(line),
            CTRL_U => line.clear(),
            // A character may be of several bytes.
            BACKSPACE | DELETE => while line.pop().is_some_and(|byte| byte & 0xC0 == 0x80) {},
            _ if line.len() == LONGEST => return Err(io::Error::other(format!("more than {LONGEST} bytes"))),
            byte => line.push(byte),
        }
    }
}

fn text(mut line: Zeroizing<Vec<u8>>) -> io::Result<Zeroizing<String>> {
    match String::from_utf8(std::mem::take(&mut *line)) {
        Ok(line) => Ok(Zeroizing::new(line)),
        Err(error) => {
            drop(Zeroizing::new(error.into_bytes()));
            Err(io::Error::new(ErrorKind::InvalidData, "not UTF-8"))
        }
    }
}

const BACKSPACE: u8 = 8;
const CTRL_C: u8 = 3;
const CTRL_D: u8 = 4;
const CTRL_U: u8 = 21;
const DELETE: u8 = 127;
const LONGEST: usize = 64 << 10;

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(keys: &[u8]) -> Result<String, ErrorKind> {
        read_line(keys)
            .map(|line| line.to_string())
            .map_err(|error| error.kind())
    }

    #[test]
    fn keys_that_edit_the_line() {
        assert_eq!(typed(b"hunter2\rmore").as_deref(), Ok("hunter2"));
        assert_eq!(typed("a\u{e9}\u{7f}\u{8}\u{8}b\n".as_bytes()).as_deref(), Ok("b"));
        assert_eq!(typed(b"ab\x15c\x04").as_deref(), Ok("c"));
        assert_eq!(typed(b"\n").as_deref(), Ok(""));
    }

    #[test]
    fn what_ends_without_a_line_is_no_answer() {
        assert_eq!(typed(b"ab\x03\n"), Err(ErrorKind::Interrupted));
        assert_eq!(typed(b"\x04"), Err(ErrorKind::UnexpectedEof));
        assert_eq!(typed(b"ab"), Err(ErrorKind::UnexpectedEof));
        assert_eq!(typed(b"a\xff\n"), Err(ErrorKind::InvalidData));
        assert_eq!(typed(&[b'a'; LONGEST + 1]), Err(ErrorKind::Other));
    }
}
