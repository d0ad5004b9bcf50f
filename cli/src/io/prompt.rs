use std::{
    fs::File,
    io::{self, ErrorKind, Read, stdin},
    os::fd::{AsFd, OwnedFd},
};

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use signet_plaintext::Plaintext;
use zeroize::Zeroizing;

use crate::report::ask;

/// A secret that a person types at the terminal of standard input, without it being shown.
///
/// # Errors
/// Those of the system; [`ErrorKind::Interrupted`] for Ctrl-C, with the terminal as it was.
pub(crate) fn secret(question: &str) -> io::Result<Plaintext> {
    ask(question);
    let terminal = Silent::new(stdin().as_fd().try_clone_to_owned()?)?;
    let answer = read_line(File::from(terminal.descriptor.try_clone()?));
    drop(terminal);
    ask("\n");
    answer
}

/// A terminal that shows nothing, and that gives Ctrl-C to us rather than end us, which would leave it so.
struct Silent {
    descriptor: OwnedFd,
    before: Termios,
}

impl Silent {
    fn new(descriptor: OwnedFd) -> io::Result<Self> {
        let before = tcgetattr(&descriptor)?;
        let mut silent = before.clone();
        silent.local_modes -= LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG;
        tcsetattr(&descriptor, OptionalActions::Flush, &silent)?;
        Ok(Self { descriptor, before })
    }
}

impl Drop for Silent {
    fn drop(&mut self) {
        // Where the terminal is gone, there is nothing to put right.
        let _ = tcsetattr(&self.descriptor, OptionalActions::Flush, &self.before);
    }
}

fn read_line(mut terminal: impl Read) -> io::Result<Plaintext> {
    let mut line = Zeroizing::new(Vec::with_capacity(LONGEST));
    let mut key = Zeroizing::new([0]);
    loop {
        if terminal.read(&mut *key)? == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        match key[0] {
            b'\r' | b'\n' => return Ok(Plaintext::from(line)),
            CTRL_C => return Err(ErrorKind::Interrupted.into()),
            CTRL_D if line.is_empty() => return Err(ErrorKind::UnexpectedEof.into()),
            CTRL_D => return Ok(Plaintext::from(line)),
            CTRL_U => line.clear(),
            BACKSPACE | DELETE => remove_character(&mut line),
            // A longer line would have to be copied.
            _ if line.len() == LONGEST => return Err(io::Error::other(format!("more than {LONGEST} bytes"))),
            byte => line.push(byte),
        }
    }
}

/// Removes the last character, which may be of several bytes.
fn remove_character(line: &mut Vec<u8>) {
    while line.pop().is_some_and(|byte| byte & 0xc0 == 0x80) {}
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

    fn typed(keys: &[u8]) -> Result<Vec<u8>, ErrorKind> {
        read_line(keys)
            .map(|line| line.expose().to_vec())
            .map_err(|error| error.kind())
    }

    #[test]
    fn keys_that_edit_the_line() {
        assert_eq!(typed(b"abc\r"), Ok(b"abc".to_vec()));
        assert_eq!(typed("a\u{e9}\u{7f}\u{8}\u{8}b\n".as_bytes()), Ok(b"b".to_vec()));
        assert_eq!(typed(b"ab\x15c\x04"), Ok(b"c".to_vec()));
        assert_eq!(typed(b"\n"), Ok(Vec::new()));
    }

    #[test]
    fn what_ends_without_a_line_is_no_secret() {
        assert_eq!(typed(b"ab\x03\n"), Err(ErrorKind::Interrupted));
        assert_eq!(typed(b"\x04"), Err(ErrorKind::UnexpectedEof));
        assert_eq!(typed(b"ab"), Err(ErrorKind::UnexpectedEof));
        assert_eq!(typed(&[b'a'; LONGEST + 1]), Err(ErrorKind::Other));
    }
}
