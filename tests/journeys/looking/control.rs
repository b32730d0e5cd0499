//! Whether the search can find at all.

use super::{Hunt, in_files, in_what_is_told};
use crate::support::{Collector, Installed};

/// What a service always has in memory, in its log and in what it tells.
pub(crate) const OUR_NAME: (&str, &[u8]) = ("our name", b"sealpost");

/// Finds each of these in its place, in `database` for wherever that has it, and our name in what is told.
pub(crate) async fn finds_these(installed: &Installed, collector: &Collector, these: &[(&str, &[u8], &str)]) {
    let hunt = Hunt::new(these.iter().map(|(name, bytes, _)| (*name, *bytes)).chain([OUR_NAME]));
    let found = in_files(installed, &hunt).await;
    let is = |name: &str, place: &str| {
        let places = if place == "database" { &["sealpost.db", "/pg_wal/", "/base/"][..] } else { &[place] };
        let there =
            found.iter().any(|(found, path)| found == name && places.iter().any(|part| path.contains(part)));
        assert!(there, "{name} is in none of {places:?}");
    };
    is(OUR_NAME.0, "service.log");
    for (name, _, place) in these {
        is(name, place);
    }
    let told = in_what_is_told(installed, collector, &hunt).await;
    for place in ["metrics", "traces"] {
        assert!(told.contains(&(OUR_NAME.0.to_owned(), place.to_owned())), "{told:?}");
    }
}
