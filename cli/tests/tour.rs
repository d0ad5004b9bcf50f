//! docs/tour.md does what it shows.

#[path = "program/page.rs"]
mod page;
mod program;

use program::fixture;

#[test]
fn the_tour_does_what_it_shows() {
    page::run_page("tour.md", fixture("tour").as_ref(), &["signet"]);
}
