//! docs/migrate-from-sops.md does what it shows.

#[path = "program/page.rs"]
mod page;
mod program;

use program::fixture;

#[test]
fn the_way_from_sops_is_as_it_is_shown() {
    page::run_page(
        "migrate-from-sops.md",
        fixture("from-sops").as_ref(),
        &["sops", "signet"],
    );
}
