//! Makes the folders that the pages of `web/` are taken from, so that all compiles where nobody has built them; the service
//! then says so in their place. Building them is `scripts/web.sh`'s: a build by Cargo asks no network for anything.

use std::{env, fs, path::Path};

fn main() {
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/dist");
    for app in ["pages", "admin", "pane", "events"] {
        fs::create_dir_all(built.join(app)).expect("web/dist can be made");
    }
    println!("cargo::rerun-if-changed=build.rs");
    // Without optimisation the pages are read from the folder as they are asked for.
    if env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo::rerun-if-changed={}", built.display());
    }
}
