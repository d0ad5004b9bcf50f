//! No code: the tests beside it read `cargo metadata` and fail on an arrow that ARCHITECTURE.md does not draw.
