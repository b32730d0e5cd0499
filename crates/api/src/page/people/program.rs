//! What a program calls itself, in words that people know: "Edge, Windows". It says so itself, so it proves nothing.

/// Words in `User-Agent`, the more telling first, and what people call the program.
const PROGRAMS: [(&str, &str); 9] = [
    ("Outlook", "Outlook"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];
/// The same for systems.
const SYSTEMS: [(&str, &str); 7] = [
    ("Windows", "Windows"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Macintosh", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
];

/// What is known of the program; `None` if nothing is.
pub(super) fn words(agent: &str) -> Option<String> {
    let known =
        |of: &[(&str, &'static str)]| of.iter().find(|(word, _)| agent.contains(word)).map(|(_, name)| *name);
    let both: Vec<_> = [known(&PROGRAMS), known(&SYSTEMS)].into_iter().flatten().collect();
    (!both.is_empty()).then(|| both.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_known_by_the_names_that_people_have_for_them() {
        for (agent, known) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
                Some("Edge, Windows"),
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)",
                Some("Mac"),
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                Some("Firefox, Linux"),
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Outlook-iOS/2.0",
                Some("Outlook, iPhone"),
            ),
            ("curl/8", None),
            ("", None),
        ] {
            assert_eq!(words(agent).as_deref(), known, "{agent}");
        }
    }
}
