/// What a text may cost to read. Everything beyond is an error, so no input can exhaust time or memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Size of the whole text in bytes.
    pub bytes: usize,
    /// Collections inside each other in one document.
    pub depth: usize,
    /// Values of one document, counted again wherever an alias repeats them.
    pub nodes: usize,
}

impl Default for Limits {
    /// 64 MiB, 100 collections deep, 1,000,000 values.
    ///
    /// An object of Kubernetes is at most 1.5 MiB (etcd's request limit) and about ten deep, so the depth and the number of values
    /// leave room for any object; the size leaves room for a stream of many. A depth of 100 also bounds every recursion over a tree.
    fn default() -> Self {
        Self {
            bytes: 64 << 20,
            depth: 100,
            nodes: 1_000_000,
        }
    }
}
