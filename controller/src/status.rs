//! What people and programs are told about a SealedSecret: condition, event, metric and log line, all from one place.

use std::sync::Arc;

use jiff::Timestamp;
use signet_api::{Condition, ConditionStatus, SealedSecret, SealedSecretStatus, Time};

use crate::{
    context::Context,
    decide::{Patch, Refusal},
    outcome::{Done, Failure, Outcome, RECONCILING, Reason, STALLED},
    place::{ObjectName, Place, PlaceError, Published},
};

/// Tells how a pass ended, and what a later one is to remember of it if it succeeded.
///
/// # Errors
/// The status could not be written. Then nothing but metrics and the log has been told, and the pass is to be repeated.
pub(crate) async fn report<P: Place>(
    context: &Context<P>,
    sealed: &Arc<SealedSecret>,
    outcome: &Outcome,
    patch: Option<Patch>,
) -> Result<(), PlaceError> {
    let name = ObjectName::of(sealed);
    log(&name, outcome);
    let found = Found {
        outcome,
        generation: sealed.metadata.generation,
        opened_by: context.opened_by(&name).iter().map(ToString::to_string).collect(),
    };
    context.metrics.count(&name, sealed, outcome, &found.opened_by);
    let published = context
        .place
        .publish(sealed, |previous| {
            let next = status(previous, &found, Timestamp::now());
            match outcome {
                Ok(_) => Patch::remember(patch.clone(), next),
                Err(_) => next,
            }
        })
        .await
        .inspect_err(|error| {
            context.metrics.count_error("status", &name.namespace);
            tracing::warn!(namespace = name.namespace, name = name.name, %error, "Cannot write the status, will retry");
        })?;
    match outcome {
        Ok(done) if *done != Done::Unchanged || published == Published::Flipped => {
            context.place.record(sealed, &Done::event()).await;
        }
        Err(failure) if published != Published::Unchanged => context.place.record(sealed, &failure.event()).await,
        _ => {}
    }
    Ok(())
}

/// What a pass found out.
pub(crate) struct Found<'a> {
    /// How it ended.
    pub(crate) outcome: &'a Outcome,
    /// The generation that it looked at.
    pub(crate) generation: Option<i64>,
    /// The keys that opened the SealedSecret last, which is now if it does open.
    pub(crate) opened_by: Vec<String>,
}

/// The status that a pass makes of the previous one; the same one where nothing is new.
///
/// `Synced` is as upstream has it: no reason, a message on failure only, `lastTransitionTime` moves when its status changes, and
/// `lastUpdateTime` moves too when the generation or the message changes. `Ready` follows with a reason, and `Reconciling` or `Stalled` while
/// it fails. Conditions of others stay.
pub(crate) fn status(previous: Option<&SealedSecretStatus>, found: &Found<'_>, now: Timestamp) -> SealedSecretStatus {
    let is_new_generation = previous.is_none_or(|previous| previous.observed_generation != found.generation);
    let before = previous
        .and_then(|previous| previous.conditions.as_deref())
        .unwrap_or_default();
    let others = before
        .iter()
        .filter(|condition| !OURS.contains(&condition.type_.as_str()));
    let ours = conditions(found.outcome).map(|next| {
        let before = before.iter().find(|condition| condition.type_ == next.type_);
        timed(next, before, is_new_generation, now)
    });
    SealedSecretStatus {
        observed_generation: found.generation,
        conditions: Some(ours.chain(others.cloned()).collect()),
        opened_by: opened_by(found),
        observed_secret: None,
        // What was put into a Secret is there until a pass succeeds.
        ..previous.cloned().unwrap_or_default()
    }
}

fn conditions(outcome: &Outcome) -> impl Iterator<Item = Condition> {
    let reason = outcome.as_ref().map_or_else(Failure::reason, |_| Reason::Unsealed);
    let message = outcome.as_ref().err().map(ToString::to_string);
    let status = match outcome {
        Ok(_) => ConditionStatus::True,
        Err(_) => ConditionStatus::False,
    };
    let named = Some(reason.as_str().to_owned());
    let why = reason
        .condition()
        .map(|type_| (type_, ConditionStatus::True, named.clone()));
    let all = [(SYNCED, status, None), (READY, status, named)].into_iter().chain(why);
    all.map(move |(type_, status, reason)| Condition {
        type_: type_.to_owned(),
        status,
        last_update_time: None,
        last_transition_time: None,
        reason,
        message: message.clone(),
    })
}

fn opened_by(found: &Found<'_>) -> Option<Vec<String>> {
    let is_open = !matches!(
        found.outcome,
        Err(Failure::Unseal(_) | Failure::Refused(Refusal::ScopeForbidden(_) | Refusal::TooManyItems { .. }))
    );
    Some(found.opened_by.clone()).filter(|keys| is_open && !keys.is_empty())
}

/// Whether the condition `Synced` of two statuses differs.
pub(crate) fn is_flipped(previous: Option<&SealedSecretStatus>, next: &SealedSecretStatus) -> bool {
    previous.and_then(synced) != synced(next)
}

/// Whether that was said of this generation, and was that it is synced.
pub(crate) fn is_synced(status: Option<&SealedSecretStatus>, generation: Option<i64>) -> bool {
    status
        .is_some_and(|status| status.observed_generation == generation && synced(status) == Some(ConditionStatus::True))
}

fn synced(status: &SealedSecretStatus) -> Option<ConditionStatus> {
    let conditions = status.conditions.as_deref().unwrap_or_default();
    let synced = conditions.iter().find(|condition| condition.type_ == SYNCED);
    synced.map(|condition| condition.status)
}

fn timed(next: Condition, before: Option<&Condition>, is_new_generation: bool, now: Timestamp) -> Condition {
    // Kubernetes keeps whole seconds.
    let now = Some(Time(Timestamp::from_second(now.as_second()).unwrap_or(now)));
    let kept = before.filter(|before| before.status == next.status);
    let is_same = kept.is_some_and(|before| {
        let empty = |text: &Option<String>| text.clone().unwrap_or_default();
        !is_new_generation && before.reason == next.reason && empty(&before.message) == empty(&next.message)
    });
    let message = if is_same {
        kept.and_then(|kept| kept.message.clone())
    } else {
        next.message
    };
    Condition {
        last_update_time: kept
            .filter(|_| is_same)
            .map_or_else(|| now.clone(), |kept| kept.last_update_time.clone()),
        last_transition_time: kept.map_or(now, |kept| kept.last_transition_time.clone()),
        message,
        ..next
    }
}

fn log(name: &ObjectName, outcome: &Outcome) {
    let ObjectName { namespace, name } = name;
    match outcome {
        Ok(Done::Created) => tracing::info!(namespace, name, "Secret created"),
        Ok(Done::Replaced) => tracing::info!(namespace, name, "Secret updated"),
        Ok(Done::Unchanged) => tracing::debug!(namespace, name, "Secret unchanged"),
        Err(failure) => {
            tracing::warn!(namespace, name, reason = failure.reason().as_str(), error = %failure, "Error updating, will retry");
        }
    }
}

/// The condition of upstream.
pub(crate) const SYNCED: &str = "Synced";
/// The condition with a reason.
pub(crate) const READY: &str = "Ready";
const OURS: [&str; 4] = [SYNCED, READY, RECONCILING, STALLED];

#[cfg(test)]
mod tests {
    use signet_seal::{ItemError, UnsealError};

    use super::*;
    use crate::place::PlaceError;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a time")
    }

    fn status(
        previous: Option<&SealedSecretStatus>,
        outcome: &Outcome,
        generation: Option<i64>,
        now: Timestamp,
    ) -> SealedSecretStatus {
        let found = Found {
            outcome,
            generation,
            opened_by: vec!["SHA256:a".to_owned()],
        };
        super::status(previous, &found, now)
    }

    fn no_key(item: &str) -> Outcome {
        Err(Failure::Unseal(UnsealError::Items(
            [(item.to_owned(), ItemError::NoKey)].into(),
        )))
    }

    fn times(condition: &Condition) -> (i64, i64) {
        let second = |time: &Option<Time>| time.as_ref().expect("a time").0.as_second();
        (
            second(&condition.last_update_time),
            second(&condition.last_transition_time),
        )
    }

    fn conditions(status: &SealedSecretStatus) -> [&Condition; 2] {
        match status.conditions.as_deref() {
            Some([one, other, ..]) => [one, other],
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_first_success_has_equal_times_and_synced_before_ready() {
        let first = status(None, &Ok(Done::Created), Some(1), at(10));
        let [synced, ready] = conditions(&first);
        assert_eq!((synced.type_.as_str(), synced.status), (SYNCED, ConditionStatus::True));
        assert_eq!((&synced.reason, &synced.message), (&None, &None));
        assert_eq!(
            (ready.type_.as_str(), ready.reason.as_deref()),
            (READY, Some("Unsealed"))
        );
        assert_eq!((times(synced), times(ready)), ((10, 10), (10, 10)));
        assert_eq!(first.observed_generation, Some(1));
    }

    #[test]
    fn a_later_generation_that_is_still_true_moves_the_update_alone() {
        let first = status(None, &Ok(Done::Created), Some(1), at(10));
        let second = status(Some(&first), &Ok(Done::Replaced), Some(2), at(20));
        for condition in conditions(&second) {
            assert_eq!(times(condition), (20, 10));
        }
        assert_eq!(second.observed_generation, Some(2));
    }

    #[test]
    fn nothing_new_is_the_same_status() {
        for outcome in [Ok(Done::Created), no_key("a")] {
            let first = status(None, &outcome, Some(1), at(10));
            let again = outcome.clone().map(|_| Done::Unchanged);
            assert_eq!(status(Some(&first), &again, Some(1), at(20)), first);
        }
    }

    #[test]
    fn a_failure_names_item_and_cause_and_the_generation() {
        let failed = status(None, &no_key("password"), Some(3), at(10));
        let [synced, ready] = conditions(&failed);
        assert_eq!(synced.status, ConditionStatus::False);
        assert_eq!(
            synced.message.as_deref(),
            Some("no key could decrypt secret (password)")
        );
        assert_eq!(
            (&ready.message, ready.reason.as_deref()),
            (&synced.message, Some("UnsealFailed"))
        );
        assert_eq!((&synced.reason, failed.observed_generation), (&None, Some(3)));
    }

    #[test]
    fn another_message_moves_the_update_and_a_flip_moves_both() {
        let first = status(None, &no_key("a"), Some(1), at(10));
        let second = status(Some(&first), &no_key("b"), Some(1), at(20));
        assert_eq!(times(conditions(&second)[0]), (20, 10));
        let third = status(Some(&second), &Ok(Done::Created), Some(1), at(30));
        assert_eq!(times(conditions(&third)[0]), (30, 30));
        assert_eq!(conditions(&third)[0].message, None);
    }

    #[test]
    fn upstreams_status_gains_ready_and_keeps_its_times() {
        let upstreams: SealedSecretStatus = serde_json::from_value(serde_json::json!({
            "observedGeneration": 1,
            "conditions": [{"type": "Synced", "status": "True", "message": "",
                "lastUpdateTime": "2026-01-01T00:00:01Z", "lastTransitionTime": "2026-01-01T00:00:00Z"}],
        }))
        .expect("a status");
        let next = status(Some(&upstreams), &Ok(Done::Unchanged), Some(1), at(10));
        assert_eq!(
            next.conditions.as_ref().map(|all| &all[..1]),
            upstreams.conditions.as_deref()
        );
        assert!(!is_flipped(Some(&upstreams), &next));
    }

    #[test]
    fn conditions_of_others_stay_behind_ours() {
        let mut first = status(None, &Ok(Done::Created), Some(1), at(10));
        let other = Condition {
            type_: "Other".to_owned(),
            ..conditions(&first)[0].clone()
        };
        first.conditions.get_or_insert_default().insert(0, other.clone());
        let next = status(Some(&first), &no_key("a"), Some(1), at(20))
            .conditions
            .expect("conditions");
        assert_eq!((next[0].type_.as_str(), next.len()), (SYNCED, 4));
        assert_eq!(next[3], other);
    }

    fn abnormal(status: &SealedSecretStatus) -> Vec<(&str, ConditionStatus, &str)> {
        let conditions = status.conditions.iter().flatten();
        let abnormal = conditions.filter(|condition| [RECONCILING, STALLED].contains(&condition.type_.as_str()));
        abnormal
            .map(|condition| {
                (
                    condition.type_.as_str(),
                    condition.status,
                    condition.reason.as_deref().unwrap_or_default(),
                )
            })
            .collect()
    }

    #[test]
    fn what_is_abnormal_is_a_condition_while_it_is_true() {
        let stalled = status(None, &no_key("a"), Some(1), at(10));
        assert_eq!(abnormal(&stalled), [(STALLED, ConditionStatus::True, "UnsealFailed")]);
        assert_eq!(
            stalled.conditions.as_ref().map(|all| all[2].message.clone()),
            Some(conditions(&stalled)[1].message.clone())
        );
        let unreachable = Err(Failure::Observe(PlaceError::Failed("no route".to_owned())));
        let reconciling = status(Some(&stalled), &unreachable, Some(1), at(20));
        assert_eq!(
            abnormal(&reconciling),
            [(RECONCILING, ConditionStatus::True, "ApiError")]
        );
        assert_eq!(times(conditions(&reconciling)[1]), (20, 10));
        assert_eq!(
            reconciling.conditions.as_ref().map(|all| times(&all[2])),
            Some((20, 20))
        );
        let good = status(Some(&reconciling), &Ok(Done::Created), Some(1), at(30));
        assert!(abnormal(&good).is_empty());
    }

    #[test]
    fn the_keys_are_told_of_what_opens_even_where_it_cannot_be_written() {
        let opened = Some(vec!["SHA256:a".to_owned()]);
        let refused = Err(Failure::Act(PlaceError::Failed("no route".to_owned())));
        for (outcome, expected) in [(Ok(Done::Created), &opened), (refused, &opened), (no_key("a"), &None)] {
            assert_eq!(
                &status(None, &outcome, Some(1), at(10)).opened_by,
                expected,
                "{outcome:?}"
            );
        }
    }

    #[test]
    fn synced_is_what_is_synced_in_its_own_generation() {
        assert!(!is_synced(None, Some(2)));
        for (outcome, generation, expected) in [
            (Ok(Done::Created), 2, true),
            (Ok(Done::Created), 1, false),
            (no_key("a"), 2, false),
        ] {
            let said = status(None, &outcome, Some(generation), at(10));
            assert_eq!(is_synced(Some(&said), Some(2)), expected);
        }
    }

    #[test]
    fn only_synced_flips() {
        let good = status(None, &Ok(Done::Created), Some(1), at(10));
        let bad = status(Some(&good), &no_key("a"), Some(1), at(10));
        assert!(is_flipped(None, &good) && is_flipped(Some(&good), &bad));
        assert!(!is_flipped(Some(&good), &good) && is_flipped(Some(&SealedSecretStatus::default()), &bad));
    }
}
