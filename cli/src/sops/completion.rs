//! Completion: the scripts, and the lists that they ask for with `--generate-bash-completion`.

use std::ffi::OsString;

use super::{
    flags::Environment,
    help::{dashes, names},
    table::Flag,
    verbs::Verb,
};

/// The last argument by which a script asks.
pub(super) const ASK: &str = "--generate-bash-completion";

/// Commands, one a line; with descriptions where zsh asks.
pub(super) fn commands(verbs: impl Iterator<Item = &'static Verb>, environment: Environment) -> String {
    let for_zsh = environment("_CLI_ZSH_AUTOCOMPLETE_HACK").is_some_and(|value| value == "1");
    verbs
        .flat_map(|verb| names(verb).into_iter().map(move |name| (name, verb.about)))
        .map(|(name, about)| {
            if for_zsh {
                format!("{name}:{about}\n")
            } else {
                format!("{name}\n")
            }
        })
        .collect()
}

/// Flags that begin as the last argument does and were not given yet, one a line.
pub(super) fn flags<'a>(flags: impl Iterator<Item = &'a Flag>, arguments: &[OsString]) -> String {
    let last = arguments.last().map(|last| last.to_string_lossy()).unwrap_or_default();
    let begun = last.strip_prefix('-').unwrap_or(&last);
    let begun = begun.strip_prefix('-').unwrap_or(begun);
    let spelled = |name: &str| format!("{}{name}", dashes(name));
    let mut list = String::new();
    for flag in flags {
        let is_given = flag
            .names
            .iter()
            .any(|name| arguments.iter().any(|argument| *argument == *spelled(name)));
        let fits =
            |name: &&&str| name.starts_with(begun) && **name != begun && !(last.starts_with("--") && name.len() == 1);
        for name in flag.names.iter().filter(fits).filter(|_| !is_given) {
            list.push_str(&spelled(name));
            list.push('\n');
        }
    }
    list
}

/// For bash.
pub(super) const BASH: &str = r#"#! /bin/bash

_sops_complete() {
  # `source <(sops completion bash)` is not to be completed as a command of sops.
  [[ "${COMP_WORDS[0]}" == "source" ]] && return 0
  local word="${COMP_WORDS[COMP_CWORD]}" words=("${COMP_WORDS[@]:0:COMP_CWORD}")
  [[ "$word" == -* ]] && words+=("$word")
  COMPREPLY=( $(compgen -W "$("${words[@]}" --generate-bash-completion 2>/dev/null)" -- "$word") )
}
complete -o bashdefault -o default -o nospace -F _sops_complete sops
"#;

/// For zsh.
pub(super) const ZSH: &str = r#"#compdef sops

_sops_complete() {
  local -a found asked
  asked=("${words[@]:0:$((CURRENT - 1))}")
  [[ "${words[CURRENT]}" == -* ]] && asked+=("${words[CURRENT]}")
  found=("${(@f)$(_CLI_ZSH_AUTOCOMPLETE_HACK=1 "${asked[@]}" --generate-bash-completion 2>/dev/null)}")
  if [[ -n "${found[1]}" ]]; then
    _describe 'values' found
  else
    _files
  fi
}

compdef _sops_complete sops
"#;
