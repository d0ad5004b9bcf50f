//! Trees of texts, held against what SOPS' own code makes of them: `vectors/README.md` tells how the files were made.
#![allow(clippy::panic, clippy::unwrap_used, reason = "tests may panic")]

mod follow;
mod shown;
mod vectors;
mod yaml;
