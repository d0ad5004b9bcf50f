use std::env;
use std::path::PathBuf;

/// Where the pinned peer `name` is: `kubeseal`, `kubectl`, `helm`, … as `tests/peers/install` names them.
///
/// # Panics
///
/// When the suite was not started by `tests/cluster/run`, which says where the peers are.
pub fn peer(name: &str) -> PathBuf {
    let variable = format!("SIGNET_PEER_{}", name.to_uppercase().replace('-', "_"));
    let path = env::var_os(&variable)
        .unwrap_or_else(|| panic!("{variable} is not set; hint: tests/cluster/run starts the suites"));
    PathBuf::from(path)
}

/// Where our own binary `name` is, in the folder that `SIGNET_BIN_DIR` names.
///
/// # Panics
///
/// When it has not been built.
pub fn ours(name: &str) -> PathBuf {
    let folder = env::var_os("SIGNET_BIN_DIR")
        .map(PathBuf::from)
        .expect("SIGNET_BIN_DIR is set by tests/cluster/run");
    let path = folder.join(name);
    assert!(path.is_file(), "{} has not been built", path.display());
    path
}
