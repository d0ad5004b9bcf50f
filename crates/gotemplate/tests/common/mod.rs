//! A world in which every rendering is the same.

use signet_gotemplate::{Environment, Error, Limits, Map, Rendered, Template, Text, Time, Value, Zone};

/// Renders within the limits, on the third of February 2020.
pub(crate) fn render_within(template: &str, data: &Value, limits: &Limits) -> Result<Rendered, Error> {
    let template = Template::parse("out", template, limits)?;
    let mut state = 0x5DEE_CE66_u64;
    let mut random = |buffer: &mut [u8]| {
        for byte in buffer {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            *byte = state.to_be_bytes()[0];
        }
    };
    let environment = Environment {
        now: Time {
            seconds: 1_580_688_000,
            nanoseconds: 0,
            zone: Zone::Local,
        },
        random: &mut random,
        expired: &|| false,
    };
    template.render(data, limits, environment)
}

/// A `map[string]string`.
pub(crate) fn strings<'a>(entries: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Value {
    let entries = entries
        .into_iter()
        .map(|(key, value)| (Text::from(key), Text::from(value)));
    Map::of_strings(entries).into()
}
