//! One pass over one SealedSecret: observe, unseal, decide, act, report.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use signet_api::SealedSecret;
use signet_seal::{Clock, UnsealError, Unsealed, unseal};
use tokio::task::spawn_blocking;

use crate::{
    context::Context,
    decide::{Desired, Patch, Plan, decide, depends_on_status},
    outcome::{Done, Failure, Outcome},
    place::{ObjectName, Place, PlaceError},
    policy::Scopes,
    queue::Next,
    status,
};

/// Brings one Secret to what its SealedSecret describes, and reports. Waits for the first complete keyring.
pub(crate) async fn pass<P: Place>(context: &Arc<Context<P>>, name: &ObjectName) -> Next {
    let Some(sealed) = context.place.sealed(name) else {
        context.forget(name);
        return gone(context, name).await;
    };
    if context.place.is_settled(name, &sealed) {
        return Next::Rest;
    }
    let start = Instant::now();
    let scopes = context.place.namespace_scopes(name);
    let (outcome, patch) = match reconcile(context, name, &sealed, scopes.as_ref()).await {
        Ok((done, patch)) => (Ok(done), patch),
        Err(failure) => (Err(failure), None),
    };
    let next = match status::report(context, &sealed, &outcome, patch).await {
        Ok(()) if outcome.is_ok() => {
            context.place.settle(name, &sealed, scopes);
            match outcome {
                Ok(Done::Unchanged) => Next::Rest,
                _ => Next::Righted {
                    generation: sealed.metadata.generation,
                },
            }
        }
        _ => Next::Retry,
    };
    context.metrics.count_pass(start.elapsed(), next == Next::Retry);
    next
}

async fn gone<P: Place>(context: &Context<P>, name: &ObjectName) -> Next {
    let Err(error) = context.place.gone(name).await else {
        return Next::Rest;
    };
    let ObjectName { namespace, name } = name;
    tracing::warn!(namespace, name, %error, "Cannot delete the Secret of a deleted SealedSecret, will retry");
    Next::Retry
}

/// What was done, and what is to be remembered of it.
async fn reconcile<P: Place>(
    context: &Arc<Context<P>>,
    name: &ObjectName,
    sealed: &Arc<SealedSecret>,
    scopes: Option<&Scopes>,
) -> Result<(Done, Option<Patch>), Failure> {
    let heals = context.policy.heals && sealed.heals();
    let mut unsealed = Some(allowed(context, name, sealed, scopes).await?);
    for attempt in 0..ATTEMPTS {
        let live = match attempt == 0 && context.place.seems_absent(name) {
            true => None,
            false => context.place.live(name).await.map_err(Failure::Observe)?,
        };
        let unsealed = match unsealed.take() {
            Some(unsealed) => unsealed,
            None => allowed(context, name, sealed, scopes).await?,
        };
        let status = match depends_on_status(&unsealed, heals, live.as_ref()) {
            true => context.place.current_status(sealed).await.map_err(Failure::Observe)?,
            false => context.place.status(sealed),
        };
        let desired = Desired::new(sealed, status.as_ref(), unsealed, heals);
        let patch = Patch::of(&desired.secret, live.as_ref());
        match act(context, decide(desired, live.as_ref())).await {
            // Somebody was faster: what they made decides.
            Err(Failure::Act(PlaceError::Conflict)) => {}
            outcome => return outcome.map(|done| (done, patch)),
        }
    }
    Err(Failure::Act(PlaceError::Conflict))
}

/// Opens it, if it and what is in it are allowed.
async fn allowed<P: Place>(
    context: &Arc<Context<P>>,
    name: &ObjectName,
    sealed: &Arc<SealedSecret>,
    scopes: Option<&Scopes>,
) -> Result<Unsealed, Failure> {
    context.policy.check(sealed, scopes).map_err(Failure::Refused)?;
    let unsealed = open(context, name, sealed).await.map_err(Failure::Unseal)?;
    context
        .policy
        .check_opened(&unsealed.secret)
        .map_err(Failure::Refused)?;
    Ok(unsealed)
}

async fn act<P: Place>(context: &Context<P>, plan: Plan) -> Outcome {
    match plan {
        Plan::Create(secret) => context.place.create(secret).await.map(|()| Done::Created),
        Plan::Refuse(refusal) => return Err(Failure::Refused(refusal)),
        Plan::Replace(secret) => context.place.replace(secret).await.map(|()| Done::Replaced),
        Plan::Unchanged => Ok(Done::Unchanged),
    }
    .map_err(Failure::Act)
}

/// The RSA operations take milliseconds each, so they have a thread of their own.
async fn open<P: Place>(
    context: &Arc<Context<P>>,
    name: &ObjectName,
    sealed: &Arc<SealedSecret>,
) -> Result<Unsealed, UnsealError> {
    let mut keyrings = context.keyring.clone();
    let keyring = keyrings.wait_for(Option::is_some).await.map(|keyring| keyring.clone());
    let Ok(Some(keyring)) = keyring else {
        // The sender is gone: the program ends.
        return std::future::pending().await;
    };
    if let Some(error) = context.unopened(name, sealed, &keyring) {
        return Err(error);
    }
    let known = context.opened_by(name).pop_first();
    let created = sealed.metadata.creation_timestamp.as_ref().map(|time| time.0);
    let (opened, options, audit) = (sealed.clone(), context.options, context.audit.clone());
    let keys = keyring.clone();
    let permit = context.unsealing.acquire().await;
    let start = Instant::now();
    let opening = spawn_blocking(move || {
        let start = Instant::now();
        let clock = Clock {
            now: Timestamp::now(),
            expired: &|| start.elapsed() > LONGEST_RENDERING,
        };
        let result = unseal(&opened, &keys.candidates(known.as_ref(), created), options, clock);
        if let Some(audit) = audit {
            audit.write(&opened, &result, Timestamp::now());
        }
        result
    })
    .await;
    drop(permit);
    context.metrics.time_unsealing(start.elapsed());
    let unsealed = match opening {
        Ok(Ok(unsealed)) => unsealed,
        Ok(Err(error)) => {
            context.remember_unopened(name, sealed, &keyring, &error);
            return Err(error);
        }
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    };
    context.remember(name, unsealed.opened_by.clone());
    Ok(unsealed)
}

/// A Secret that changes more often than that within one pass is left for the next.
const ATTEMPTS: u32 = 3;

/// Templates that take longer are refused: other objects wait.
const LONGEST_RENDERING: Duration = Duration::from_secs(10);
