mod write;
pub use write::write_json;
