//! A file a case: arguments, standard input, exact standard output and standard error, and the exit code.

#[test]
fn cases() {
    trycmd::TestCases::new()
        // Whatever the machine has must not change what is said.
        .env("HOME", "/nonexistent")
        .env("KUBECONFIG", "/nonexistent/config")
        .env("COLUMNS", "120")
        .case("tests/cases/*.toml");
}
