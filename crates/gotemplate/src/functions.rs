//! Every function by its name.

use std::{collections::HashMap, sync::LazyLock};

use crate::{builtin, function::Function, sprig};

/// The function of the name. sprig's `slice` hides Go's.
pub(crate) fn find(name: &str) -> Option<&'static Function> {
    FUNCTIONS.get(name).copied()
}

static FUNCTIONS: LazyLock<HashMap<&str, &Function>> = LazyLock::new(|| {
    let all = builtin::functions().chain(sprig::functions());
    all.map(|function| (function.name, function)).collect()
});
