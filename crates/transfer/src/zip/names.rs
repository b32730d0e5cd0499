//! Names within an archive: what the files are called, and never two that a file system takes for one.

use std::collections::{HashMap, HashSet};

/// Longest name without its folders, in bytes: what ext4, APFS and NTFS hold.
const MAX_BASE_BYTES: usize = 255;

/// The names under which files of these names are unpacked: every file has one of its own, and none that is a folder of
/// another. What would be lost otherwise gets a number.
pub(super) fn distinct<'a>(names: impl Iterator<Item = &'a str> + Clone) -> Vec<String> {
    let mut taken: HashSet<String> = names.clone().flat_map(folders).map(place).collect();
    // Of many files of one name none begins to count anew.
    let mut next: HashMap<String, u32> = HashMap::new();
    let distinct = |name: &str| {
        if taken.insert(place(name)) {
            return name.to_owned();
        }
        let number = next.entry(place(name)).or_insert(2);
        loop {
            let numbered = numbered(name, *number);
            *number += 1;
            if taken.insert(place(&numbered)) {
                return numbered;
            }
        }
    };
    names.map(distinct).collect()
}

/// Where a name leads on the narrowest of file systems: those of Windows and macOS do not tell cases apart, and Windows
/// drops dots and blanks at the end.
fn place(name: &str) -> String {
    let segments = name.split('/').map(|segment| match segment.trim_end_matches(['.', ' ']) {
        "" => segment,
        kept => kept,
    });
    segments.collect::<Vec<_>>().join("/").to_lowercase()
}

/// `a/b/c.txt` lies in `a` and in `a/b`.
fn folders(name: &str) -> impl Iterator<Item = &str> {
    name.match_indices('/').map(|(slash, _)| &name[..slash])
}

/// `folder/a.tar` with 2 is `folder/a (2).tar`.
fn numbered(name: &str, number: u32) -> String {
    let (folder, base) = name.split_at(name.rfind('/').map_or(0, |slash| slash + 1));
    let (stem, extension) = match base.rfind('.') {
        Some(dot) if dot > 0 => base.split_at(dot),
        _ => (base, ""),
    };
    let mark = format!(" ({number})");
    let room = MAX_BASE_BYTES.saturating_sub(mark.len() + extension.len());
    let stem = &stem[..stem.floor_char_boundary(room)];
    format!("{folder}{stem}{mark}{extension}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(names: &[&str]) -> Vec<String> {
        distinct(names.iter().copied())
    }

    #[test]
    fn doubled_names_get_a_number_before_the_extension() {
        assert_eq!(
            of(&["x/a.tar", "x/A.tar", ".env", ".env", "x/a.tar", "b", "B (2)", "b"]),
            ["x/a.tar", "x/A (2).tar", ".env", ".env (2)", "x/a (3).tar", "b", "B (2)", "b (3)"]
        );
    }

    #[test]
    fn a_file_is_never_called_as_a_folder_is() {
        assert_eq!(of(&["a", "A/b", "a/b/c", "a/b"]), ["a (2)", "A/b (2)", "a/b/c", "a/b (3)"]);
    }

    #[test]
    fn names_that_windows_takes_for_one_are_told_apart() {
        assert_eq!(of(&["a.txt", "a.txt.", "a.txt ", "…"]), ["a.txt", "a.txt (2).", "a (3).txt ", "…"]);
    }

    #[test]
    fn a_number_makes_no_name_longer_than_a_file_system_takes() {
        let long = format!("{}.txt", "ü".repeat(125));
        let names = of(&[&long, &long]);
        assert!(names[1].len() <= 255 && names[1].ends_with("ü (2).txt"), "{}", names[1]);
    }

    #[test]
    fn ten_thousand_files_of_one_name_are_told_apart() {
        let names = of(&["scan.pdf"; 10_000]);
        assert_eq!(names[9_999], "scan (10000).pdf");
        assert_eq!(names.iter().collect::<HashSet<_>>().len(), 10_000);
    }

    proptest! {
        #[test]
        fn no_two_files_and_no_file_and_folder_lie_in_one_place(
            names in prop::collection::vec("[aAbB]{1,2}(/[aA.]{1,2}){0,2}", 0..40),
        ) {
            let distinct = distinct(names.iter().map(String::as_str));
            let places: HashSet<_> = distinct.iter().map(|name| place(name)).collect();
            prop_assert_eq!(places.len(), names.len());
            prop_assert!(distinct.iter().flat_map(|name| folders(name)).all(|folder| !places.contains(&place(folder))));
        }
    }
}
