//! Where the local mode says how each SealedSecret fares: a line on stdout for each change, and a file with all of it.

use std::{
    collections::{BTreeMap, hash_map::DefaultHasher},
    hash::{Hash as _, Hasher as _},
    io::{self, Write},
    path::PathBuf,
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use signet_api::{Condition, ConditionStatus, SealedSecret, SealedSecretStatus};

use crate::{
    files,
    observe::directory::{Fault, Manifest},
    place::{ObjectName, Published},
    status::{self, READY},
};

/// All statuses, kept over restarts in a file.
pub(crate) struct Statuses {
    path: PathBuf,
    entries: BTreeMap<ObjectName, Entry>,
    /// Those that this process has written a line about, and what it said.
    told: BTreeMap<ObjectName, Told>,
    faults: Vec<Fault>,
    is_dirty: bool,
    lines: Box<dyn Write + Send>,
}

/// A SealedSecret in the status file.
#[derive(Clone, Serialize, Deserialize)]
struct Entry {
    namespace: String,
    name: String,
    file: String,
    generation: i64,
    /// A hash of the SealedSecret, by which a change is known after a restart.
    content: String,
    #[serde(flatten)]
    status: Option<SealedSecretStatus>,
}

#[derive(PartialEq)]
struct Told {
    generation: i64,
    status: ConditionStatus,
    reason: Option<String>,
    message: Option<String>,
}

/// The status file.
#[derive(Serialize)]
struct File<'a> {
    objects: Vec<&'a Entry>,
    faults: Vec<FaultEntry<'a>>,
}

/// A fault in the status file.
#[derive(Serialize)]
struct FaultEntry<'a> {
    file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    reason: &'a str,
    message: &'a str,
}

/// A line on stdout.
#[derive(Serialize)]
struct Line<'a> {
    time: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    generation: Option<i64>,
    ready: bool,
    reason: &'a str,
    message: &'a str,
    file: &'a str,
}

impl Statuses {
    /// Takes up the statuses of an earlier run, where the file has them.
    pub(crate) fn open(path: PathBuf, lines: Box<dyn Write + Send>) -> Self {
        #[derive(Deserialize)]
        struct Before {
            objects: Vec<Entry>,
        }
        let before = files::read(&path, LIMIT)
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let entries = before.map_or_else(Vec::new, |before: Before| before.objects);
        Self {
            path,
            entries: entries.into_iter().map(|entry| (entry.object(), entry)).collect(),
            told: BTreeMap::new(),
            faults: Vec::new(),
            is_dirty: true,
            lines,
        }
    }

    /// The generation of an object as it is now: one more than before if it is another one.
    pub(crate) fn generation(&mut self, manifest: &Manifest) -> i64 {
        let name = ObjectName::of(&manifest.sealed);
        let content = content(&manifest.sealed);
        let entry = self.entries.entry(name).or_insert_with_key(|name| Entry {
            namespace: name.namespace.clone(),
            name: name.name.clone(),
            file: String::new(),
            generation: 1,
            content: content.clone(),
            status: None,
        });
        if entry.content != content {
            entry.generation += 1;
            entry.content = content;
        }
        let file = manifest.place();
        self.is_dirty |= entry.file != file;
        entry.file = file;
        entry.generation
    }

    /// What was last said of an object, by an earlier run too.
    pub(crate) fn status(&self, name: &ObjectName) -> Option<SealedSecretStatus> {
        self.entries.get(name)?.status.clone()
    }

    /// Says how an object fares now: what `next` makes of what was said last.
    pub(crate) fn publish(
        &mut self,
        name: &ObjectName,
        next: impl Fn(Option<&SealedSecretStatus>) -> SealedSecretStatus,
    ) -> Published {
        let Some(entry) = self.entries.get_mut(name) else {
            return Published::Unchanged;
        };
        let before = entry.status.take();
        let after = next(before.as_ref());
        let published = match (
            before.as_ref() == Some(&after),
            status::is_flipped(before.as_ref(), &after),
        ) {
            (true, _) => Published::Unchanged,
            (false, false) => Published::Changed,
            (false, true) => Published::Flipped,
        };
        self.is_dirty |= published != Published::Unchanged;
        let ready = after
            .conditions
            .iter()
            .flatten()
            .find(|condition| condition.type_ == READY);
        let told = ready.map(|ready| Told::of(ready, entry.generation));
        if let Some(told) = told.filter(|told| self.told.get(name) != Some(told)) {
            print(&mut self.lines, &told.line(name, &entry.file));
            self.told.insert(name.clone(), told);
        }
        entry.status = Some(after);
        published
    }

    /// Says that an object is no more, and why.
    pub(crate) fn remove(&mut self, name: &ObjectName, file: &str, message: &str) {
        self.is_dirty |= self.entries.remove(name).is_some();
        self.told.remove(name);
        let line = Line {
            time: Timestamp::now(),
            namespace: Some(&name.namespace),
            name: Some(&name.name),
            generation: None,
            ready: false,
            reason: "Removed",
            message,
            file,
        };
        print(&mut self.lines, &line);
    }

    /// Every object that has a status.
    pub(crate) fn objects(&self) -> Vec<ObjectName> {
        self.entries.keys().cloned().collect()
    }

    /// Says of the objects that are none that they are no more.
    pub(crate) fn retain(&mut self, is_object: impl Fn(&ObjectName) -> bool) {
        let gone: Vec<_> = self
            .entries
            .iter()
            .filter(|(name, _)| !is_object(name))
            .map(|(name, entry)| (name.clone(), entry.file.clone()))
            .collect();
        for (name, file) in gone {
            self.remove(&name, &file, "the SealedSecret is gone");
        }
    }

    /// Says what cannot be read: what is new since the last time, and what is mended.
    pub(crate) fn set_faults(&mut self, faults: &[Fault], now: Timestamp) {
        for fault in faults.iter().filter(|fault| !self.faults.contains(fault)) {
            print(
                &mut self.lines,
                &fault_line(fault, false, fault.reason, &fault.message, &fault.place(), now),
            );
        }
        let is_mended = |fault: &&Fault| !faults.iter().any(|now| now.path == fault.path);
        for fault in self.faults.iter().filter(is_mended) {
            print(
                &mut self.lines,
                &fault_line(fault, true, "Resolved", "", &fault.path.display().to_string(), now),
            );
        }
        self.is_dirty |= self.faults != faults;
        self.faults = faults.to_vec();
    }

    /// Whether every object is ready and there are no faults.
    pub(crate) fn is_all_ready(&self) -> bool {
        let is_ready = |entry: &Entry| {
            let mut conditions = entry
                .status
                .iter()
                .filter_map(|status| status.conditions.as_ref())
                .flatten();
            conditions.any(|condition| condition.type_ == READY && condition.status == ConditionStatus::True)
        };
        self.faults.is_empty() && self.entries.values().all(is_ready)
    }

    /// Writes the file if anything has changed.
    ///
    /// # Errors
    /// Those of the file system. It is tried again the next time.
    pub(crate) fn save(&mut self) -> io::Result<()> {
        if !self.is_dirty {
            return Ok(());
        }
        let file = File {
            objects: self.entries.values().collect(),
            faults: self.faults.iter().map(fault_entry).collect(),
        };
        let mut json = serde_json::to_vec_pretty(&file)?;
        json.push(b'\n');
        files::replace(&self.path, &json)?;
        self.is_dirty = false;
        Ok(())
    }
}

impl Entry {
    fn object(&self) -> ObjectName {
        ObjectName {
            namespace: self.namespace.clone(),
            name: self.name.clone(),
        }
    }
}

impl Told {
    fn of(ready: &Condition, generation: i64) -> Self {
        Self {
            generation,
            status: ready.status,
            reason: ready.reason.clone(),
            message: ready.message.clone(),
        }
    }

    fn line<'a>(&'a self, name: &'a ObjectName, file: &'a str) -> Line<'a> {
        Line {
            time: Timestamp::now(),
            namespace: Some(&name.namespace),
            name: Some(&name.name),
            generation: Some(self.generation),
            ready: self.status == ConditionStatus::True,
            reason: self.reason.as_deref().unwrap_or_default(),
            message: self.message.as_deref().unwrap_or_default(),
            file,
        }
    }
}

fn fault_entry(fault: &Fault) -> FaultEntry<'_> {
    FaultEntry {
        file: fault.path.display().to_string(),
        line: fault.position.map(|position| position.line),
        column: fault.position.map(|position| position.column),
        namespace: fault.object.as_ref().map(|(namespace, _)| namespace.as_str()),
        name: fault.object.as_ref().map(|(_, name)| name.as_str()),
        reason: fault.reason,
        message: &fault.message,
    }
}

fn fault_line<'a>(
    fault: &'a Fault,
    ready: bool,
    reason: &'a str,
    message: &'a str,
    file: &'a str,
    time: Timestamp,
) -> Line<'a> {
    let object = fault.object.as_ref();
    Line {
        time,
        namespace: object.map(|(namespace, _)| namespace.as_str()),
        name: object.map(|(_, name)| name.as_str()),
        generation: None,
        ready,
        reason,
        message,
        file,
    }
}

fn print(lines: &mut dyn Write, line: &Line<'_>) {
    let Ok(mut json) = serde_json::to_vec(line) else { return };
    json.push(b'\n');
    // Whoever does not listen any more does not stop the controller; the status file has it all.
    let _ = lines.write_all(&json).and_then(|()| lines.flush());
}

fn content(sealed: &SealedSecret) -> String {
    let mut hasher = DefaultHasher::new();
    serde_json::to_string(sealed).unwrap_or_default().hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

const LIMIT: usize = 64 << 20;
