//! What Flux and Argo CD make of the statuses that are written here, by the checks in `deploy/health`.

use cel::{Context, Program};
use jiff::Timestamp;
use mlua::{Lua, LuaSerdeExt as _, StdLib};
use serde_json::{Value, json};
use signet_api::SealedSecretStatus;
use signet_document::{Limits, read, write_json};

use crate::{
    decide::Refusal,
    outcome::{Done, Failure, Outcome},
    place::PlaceError,
    status::{Found, status},
};

/// A SealedSecret of generation 2 with a status.
fn object(status: &Value) -> Value {
    json!({
        "apiVersion": "bitnami.com/v1alpha1", "kind": "SealedSecret",
        "metadata": {"name": "app", "namespace": "team", "generation": 2},
        "spec": {"encryptedData": {}}, "status": status,
    })
}

fn told(previous: Option<&SealedSecretStatus>, outcome: &Outcome, generation: i64) -> SealedSecretStatus {
    let found = Found {
        outcome,
        generation: Some(generation),
        opened_by: Vec::new(),
    };
    status(previous, &found, Timestamp::UNIX_EPOCH)
}

/// The object as this controller leaves it after passes over these generations, the last one last.
fn after(passes: &[(i64, Outcome)]) -> Value {
    let mut last = None;
    for (generation, outcome) in passes {
        last = Some(told(last.as_ref(), outcome, *generation));
    }
    object(&serde_json::to_value(last).expect("JSON"))
}

/// As the API server completes an object that no controller has looked at.
fn fresh() -> Value {
    let crd = signet_api::crd::sealed_secret().expect("a definition");
    object(&crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["status"]["default"])
}

fn good() -> Outcome {
    Ok(Done::Created)
}

fn refused() -> Outcome {
    Err(Failure::Refused(Refusal::NotOwned("app".to_owned())))
}

fn unreachable() -> Outcome {
    Err(Failure::Observe(PlaceError::Failed("no route".to_owned())))
}

/// Objects, and what they are for Flux, for Argo CD by our check, and for Argo CD by its own.
fn cases() -> [(Value, &'static str, &'static str, &'static str); 8] {
    let only_synced = |status: &str| {
        let conditions = json!([{"type": "Synced", "status": status, "message": "why"}]);
        object(&json!({"observedGeneration": 2, "conditions": conditions}))
    };
    [
        (fresh(), "InProgress", "Progressing", "Progressing"),
        (after(&[(2, good())]), "Current", "Healthy", "Healthy"),
        (after(&[(2, refused())]), "Failed", "Degraded", "Degraded"),
        (after(&[(2, unreachable())]), "InProgress", "Progressing", "Degraded"),
        (after(&[(1, good())]), "InProgress", "Progressing", "Healthy"),
        (
            after(&[(1, refused()), (2, unreachable()), (2, good())]),
            "Current",
            "Healthy",
            "Healthy",
        ),
        // Of the real controller there is `Synced` alone.
        (only_synced("True"), "InProgress", "Healthy", "Healthy"),
        (only_synced("False"), "InProgress", "Degraded", "Degraded"),
    ]
}

/// As Flux evaluates `healthCheckExprs` (`fluxcd/pkg`, `runtime/cel/status_evaluator.go`).
fn flux(checks: &Value, object: &Value) -> &'static str {
    let holds = |name: &str| {
        let expression = checks[name].as_str().expect("an expression");
        let mut context = Context::default();
        for (field, value) in object.as_object().expect("an object") {
            context.add_variable(field.as_str(), value).expect("a variable");
        }
        let result = Program::compile(expression).expect("CEL").execute(&context);
        result.unwrap_or_else(|error| panic!("{name}: {error}")) == true.into()
    };
    let observed = &object["status"]["observedGeneration"];
    if !observed.is_null() && *observed != object["metadata"]["generation"] || holds("inProgress") {
        "InProgress"
    } else if holds("failed") {
        "Failed"
    } else if holds("current") {
        "Current"
    } else {
        "InProgress"
    }
}

/// As Argo CD evaluates a health script: Lua 5.1 with the object as `obj`. Status and message.
fn argo(script: &str, object: &Value) -> (String, String) {
    let lua = Lua::new_with(StdLib::TABLE | StdLib::STRING, mlua::LuaOptions::new()).expect("Lua");
    let object = lua.to_value(object).expect("a table");
    lua.globals().set("obj", object).expect("a variable");
    let health: mlua::Table = lua.load(script).eval().expect("a table");
    (
        health.get("status").expect("a status"),
        health
            .get::<Option<String>>("message")
            .expect("a message")
            .unwrap_or_default(),
    )
}

#[test]
fn flux_waits_fails_and_goes_on_as_it_should() {
    let text = include_bytes!("../../deploy/health/flux.yaml");
    let document = read(text, &Limits::default())
        .next()
        .expect("a document")
        .expect("YAML");
    let manifest: Value = serde_json::from_str(&write_json(&document.root)).expect("JSON");
    let checks = &manifest["spec"]["healthCheckExprs"][0];
    assert_eq!(
        (&checks["apiVersion"], &checks["kind"]),
        (&json!("bitnami.com/v1alpha1"), &json!("SealedSecret"))
    );
    for (object, expected, ..) in cases() {
        assert_eq!(flux(checks, &object), expected, "{object}");
    }
}

#[test]
fn argo_cd_shows_the_health_and_why() {
    for (object, _, expected, _) in cases() {
        let (health, message) = argo(include_str!("../../deploy/health/argocd.lua"), &object);
        assert_eq!(health, expected, "{object}");
        assert_eq!(message.is_empty(), health == "Healthy", "{object}");
    }
    let (_, message) = argo(
        include_str!("../../deploy/health/argocd.lua"),
        &after(&[(2, refused())]),
    );
    assert!(message.contains("is not managed by SealedSecret"), "{message}");
}

/// Its own check looks at the first condition `Synced` and nothing else.
#[test]
fn the_check_that_argo_cd_brings_still_works() {
    for (object, _, _, expected) in cases() {
        let (health, message) = argo(BUILT_IN, &object);
        assert_eq!(health, expected, "{object}");
        assert_eq!(message.is_empty(), health == "Healthy", "{object}");
    }
}

/// The same rules as `resource_customizations/bitnami.com/SealedSecret/health.lua` in Argo CD's sources.
const BUILT_IN: &str = r#"
local found
for _, one in ipairs(obj.status and obj.status.conditions or {}) do
  if one.type == "Synced" then found = one break end
end
if found and found.status == "False" then return {status = "Degraded", message = found.message} end
if found and found.status == "True" then return {status = "Healthy"} end
return {status = "Progressing", message = "waiting"}
"#;
