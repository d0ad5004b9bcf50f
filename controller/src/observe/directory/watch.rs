//! Told by the kernel that something in a directory changed.

use std::{
    collections::BTreeSet,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use notify::{
    Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _,
    event::{AccessKind, AccessMode},
};
use tokio::{
    sync::Notify,
    time::{Instant, timeout},
};

use crate::files;

/// A watch of directories, of each alone and not of those below it, so that what goes on in `.git` wakes nobody.
///
/// It is there to be quick. Events can be lost (network file systems, full queues, links that lead elsewhere now), so whoever uses it
/// looks from time to time without having been told.
pub(crate) struct Watch {
    watcher: Option<RecommendedWatcher>,
    watched: BTreeSet<PathBuf>,
    changed: Arc<Notify>,
    /// Something changed and nobody has been told yet.
    is_pending: AtomicBool,
}

impl Watch {
    /// Watches nothing yet. Where the kernel grants no watch, that is logged, and [`Self::changed`] waits for ever.
    pub(crate) fn new() -> Self {
        let changed = Arc::new(Notify::new());
        let notify = changed.clone();
        let told = move |event: notify::Result<Event>| {
            if event.map_or(true, |event| matters(&event)) {
                notify.notify_one();
            }
        };
        let watcher = notify::recommended_watcher(told);
        if let Err(error) = &watcher {
            tracing::warn!(%error, "directories cannot be watched; changes are found by looking every few seconds");
        }
        Self {
            watcher: watcher.ok(),
            watched: BTreeSet::new(),
            changed,
            is_pending: AtomicBool::new(false),
        }
    }

    /// Watches these directories and no others. To be called after each change: a directory that went and came back is another one, and only
    /// watched if it is asked for again.
    pub(crate) fn set(&mut self, directories: impl IntoIterator<Item = PathBuf>) {
        let Some(watcher) = &mut self.watcher else { return };
        let wanted: BTreeSet<PathBuf> = directories.into_iter().collect();
        for gone in self.watched.difference(&wanted) {
            // The kernel has dropped the watch already if the directory is gone.
            let _ = watcher.unwatch(gone);
        }
        for directory in &wanted {
            match watcher.watch(directory, RecursiveMode::NonRecursive) {
                Err(error) if directory.is_dir() => {
                    tracing::warn!(directory = %directory.display(), %error, "a directory cannot be watched; it is only looked at from time to time");
                }
                // What has gone since is a change of its parent.
                _ => {}
            }
        }
        self.watched = wanted;
    }

    /// Waits until something changed and has been quiet since, or has gone on for a second. It may be dropped and called again.
    pub(crate) async fn changed(&self) {
        if !self.is_pending.load(Ordering::Acquire) {
            self.changed.notified().await;
            self.is_pending.store(true, Ordering::Release);
        }
        let busy = Instant::now() + BUSY;
        while Instant::now() < busy && timeout(QUIET, self.changed.notified()).await.is_ok() {}
        self.is_pending.store(false, Ordering::Release);
    }
}

/// Reading is no change, and neither is what we write on the way.
fn matters(event: &Event) -> bool {
    let is_change = match event.kind {
        EventKind::Access(kind) => kind == AccessKind::Close(AccessMode::Write),
        _ => true,
    };
    let is_ours = |path: &PathBuf| path.file_name().is_some_and(files::is_temporary);
    is_change && (event.paths.is_empty() || !event.paths.iter().all(is_ours))
}

/// How long nothing may happen before a change counts as complete.
const QUIET: Duration = Duration::from_millis(50);
/// How long changes that never pause are waited for.
const BUSY: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use tempfile::TempDir;

    use super::*;

    async fn is_told(watch: &Watch) -> bool {
        timeout(Duration::from_secs(60), watch.changed()).await.is_ok()
    }

    #[tokio::test]
    async fn files_that_come_change_and_go_are_told() {
        let root = TempDir::new().expect("a directory");
        let mut watch = Watch::new();
        watch.set([root.path().to_owned()]);
        let file = root.path().join("a.yaml");
        let change: [&dyn Fn(); 3] = [
            &|| fs::write(&file, "one").expect("written"),
            &|| files::replace(&file, b"two").expect("written"),
            &|| fs::remove_file(&file).expect("removed"),
        ];
        for change in change {
            change();
            assert!(is_told(&watch).await);
        }
    }

    #[tokio::test]
    async fn a_directory_that_is_gone_can_be_watched_again() {
        let root = TempDir::new().expect("a directory");
        let below = root.path().join("below");
        let mut watch = Watch::new();
        for _ in 0..2 {
            fs::create_dir(&below).expect("a directory");
            watch.set([root.path().to_owned(), below.clone()]);
            fs::write(below.join("a.yaml"), "").expect("written");
            assert!(is_told(&watch).await);
            fs::remove_dir_all(&below).expect("removed");
            assert!(is_told(&watch).await);
        }
    }

    #[test]
    fn reading_and_temporary_files_are_no_change() {
        let event = |kind, path: &str| Event::new(kind).add_path(Path::new(path).to_owned());
        let any = EventKind::Any;
        assert!(!matters(&event(
            EventKind::Access(AccessKind::Open(AccessMode::Any)),
            "/a/b.yaml"
        )));
        assert!(!matters(&event(any, "/a/.signet-abc.tmp")));
        assert!(matters(
            &event(any, "/a/.signet-abc.tmp").add_path(PathBuf::from("/a/b.yaml"))
        ));
        assert!(matters(&event(
            EventKind::Access(AccessKind::Close(AccessMode::Write)),
            "/a/b.yaml"
        )));
        assert!(matters(&Event::new(EventKind::Other)));
    }
}
