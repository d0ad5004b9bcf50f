pub(crate) fn float_text(value: f64) -> String {
    value.to_string()
}
