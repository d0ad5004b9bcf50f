//! A file that sops has encrypted, in a form that can be compared.

use std::{collections::BTreeMap, path::Path};

use zeroize::Zeroizing;

use super::object::{Fields, Item, Object, Side};
use crate::{
    io::input::Input,
    sops::{
        Error,
        file::{Compared, Value, compared},
    },
};

/// The one object of such a file; none where it is no such file. `name` says its format, `shown` is what a person is told.
///
/// # Errors
/// It is broken, or is to be opened and cannot be.
pub(super) fn side(input: &Input, name: &Path, shown: &str, is_opened: bool) -> Result<Option<Side>, Error> {
    let found = compared(name, input.text(), is_opened).map_err(|error| error.at(Path::new(input.name())))?;
    Ok(found.map(|compared| Side {
        objects: BTreeMap::from([((String::new(), shown.to_owned()), object(compared))]),
        ..Side::default()
    }))
}

fn object(compared: Compared) -> Object {
    let keys = compared
        .keys
        .into_iter()
        .map(|key| (format!("key {key}"), Zeroizing::default()));
    let settings = compared.settings.into_iter();
    let settings = settings.map(|(name, text)| (format!("setting {name}"), Zeroizing::new(text)));
    let items = compared.values.into_iter().map(|(name, value)| {
        let item = match value {
            Value::Encrypted(text) => Item::Sealed(text),
            Value::Plain(value) => Item::Plain(value),
        };
        (name, item)
    });
    Object {
        items: items.collect(),
        metadata: keys.chain(settings).collect::<Fields>(),
        label: Vec::new(),
        opened: compared.opened,
    }
}
