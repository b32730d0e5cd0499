//! From what is to be shown to HTML. The template escapes whatever is put into it.

use std::sync::LazyLock;

use minijinja::{Environment, UndefinedBehavior, value::Serde};
use sealpost_domain::Language;
use serde::Serialize;

use super::{
    super::{STYLE_PATH, render::LANGUAGES, switch::Way},
    texts::{Texts, text, texts},
};

static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment
        .add_template("languages.html", LANGUAGES)
        .expect("the template is part of the binary, and a test reads it");
    environment
        .add_template("people.html", include_str!("../../../templates/people.html"))
        .expect("the template is part of the binary, and a test reads it");
    environment
});

/// A page.
#[derive(Serialize)]
pub(super) struct View {
    pub(super) heading: String,
    /// What went wrong, in one sentence.
    pub(super) alert: Option<String>,
    /// What has been done.
    pub(super) done: Option<String>,
    pub(super) sections: Vec<Section>,
    /// Address and text.
    pub(super) links: Vec<(String, String)>,
    /// Whether the script for passkeys is needed.
    pub(super) script: bool,
    /// Where the script goes on to when it has signed somebody in.
    pub(super) afterwards: String,
}

/// A part of a page.
#[derive(Serialize, Default)]
pub(super) struct Section {
    pub(super) heading: Option<String>,
    pub(super) text: Option<String>,
    /// What its reader must not miss.
    pub(super) warning: Option<String>,
    pub(super) items: Vec<String>,
    pub(super) entries: Vec<Entry>,
    /// What is shown this once, to be copied.
    pub(super) secret: Option<String>,
    /// Whether that is compared letter by letter.
    pub(super) spelled: bool,
    /// An SVG of our own making.
    pub(super) picture: Option<String>,
    pub(super) forms: Vec<Form>,
    /// What the script does when its button is pressed, and what stands on it.
    pub(super) passkey: Option<(&'static str, String)>,
    /// Providers to go to: addresses, and what stands on them.
    pub(super) ways: Vec<(String, String)>,
}

/// Something in a list, with what can be done to it.
#[derive(Serialize)]
pub(super) struct Entry {
    pub(super) name: String,
    /// What there is to know of it, with what it is called.
    pub(super) facts: Vec<(String, String)>,
    pub(super) form: Form,
}

/// A form.
#[derive(Serialize)]
pub(super) struct Form {
    /// What the form is for, where one address takes several.
    pub(super) deed: Option<&'static str>,
    pub(super) fields: Vec<Field>,
    pub(super) button: String,
    /// Whether its button is not what most people want.
    pub(super) second: bool,
}

/// A field.
#[derive(Serialize)]
pub(super) struct Field {
    name: &'static str,
    label: String,
    kind: &'static str,
    autocomplete: &'static str,
    mode: &'static str,
    value: String,
    /// What can be chosen: values, and what they are called.
    choices: Vec<(String, String)>,
    problem: Option<String>,
    focus: bool,
}

impl View {
    pub(super) fn new(language: Language, heading: &str) -> Self {
        Self {
            heading: text(language, heading),
            alert: None,
            done: None,
            sections: Vec::new(),
            links: Vec::new(),
            script: false,
            afterwards: "/account".to_owned(),
        }
    }
}

impl Form {
    pub(super) fn new(language: Language, button: &str, fields: Vec<Field>) -> Self {
        Self { deed: None, fields, button: text(language, button), second: false }
    }

    pub(super) fn deed(self, deed: &'static str) -> Self {
        Self { deed: Some(deed), ..self }
    }

    pub(super) fn second(self) -> Self {
        Self { second: true, ..self }
    }

    pub(super) fn alone(self) -> Section {
        Section { forms: vec![self], ..Section::default() }
    }
}

impl Field {
    /// A field of a kind, labelled with the text of its name.
    pub(super) fn new(
        language: Language,
        name: &'static str,
        kind: &'static str,
        autocomplete: &'static str,
    ) -> Self {
        let mode = if autocomplete == "one-time-code" { "numeric" } else { "" };
        let label = text(language, &format!("field_{name}"));
        Self {
            name,
            label,
            kind,
            autocomplete,
            mode,
            value: String::new(),
            choices: Vec::new(),
            problem: None,
            focus: false,
        }
    }

    /// What a form says beside what its reader enters.
    pub(super) fn hidden(name: &'static str, value: &str) -> Self {
        Self {
            name,
            label: String::new(),
            kind: "hidden",
            autocomplete: "off",
            mode: "",
            value: value.to_owned(),
            choices: Vec::new(),
            problem: None,
            focus: false,
        }
    }

    /// One of several, of which the first is chosen.
    pub(super) fn choice(language: Language, name: &'static str, choices: Vec<(String, String)>) -> Self {
        Self { choices, ..Self::new(language, name, "select", "off") }
    }

    /// A box to be ticked, or one that is.
    pub(super) fn tick(language: Language, name: &'static str, ticked: bool) -> Self {
        let value = if ticked { "on" } else { "" }.to_owned();
        Self { value, ..Self::new(language, name, "checkbox", "off") }
    }

    pub(super) fn value(self, value: &str) -> Self {
        Self { value: value.chars().take(320).collect(), ..self }
    }

    pub(super) fn problem(self, problem: Option<String>) -> Self {
        Self { focus: self.focus || problem.is_some(), problem, ..self }
    }

    pub(super) fn focused(self) -> Self {
        Self { focus: true, ..self }
    }
}

#[derive(Serialize)]
struct Context<'a> {
    language: &'static str,
    style: String,
    script: String,
    t: &'static Texts,
    view: &'a View,
    languages: &'a [Way],
}

/// The whole page, and the ways to it in other languages.
pub(super) fn page(language: Language, view: &View, languages: &[Way]) -> Result<String, minijinja::Error> {
    let version = env!("CARGO_PKG_VERSION");
    TEMPLATES.get_template("people.html")?.render(Serde(Context {
        language: language.as_str(),
        style: format!("{STYLE_PATH}?v={version}"),
        script: format!("/assets/passkey.js?v={version}"),
        t: texts(language),
        view,
        languages,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_users_are_escaped_and_scripts_are_files() {
        let evil = "<script>alert(1)</script>\"' onload=x {{7*7}}";
        let mut view = View::new(Language::German, "signin");
        let field = Field::new(Language::German, "email", "email", "username").value(evil);
        view.sections.push(Form::new(Language::German, "button_signin", vec![field]).alone());
        view.sections.push(Section { items: vec![evil.to_owned()], ..Section::default() });
        view.script = true;
        let html = page(Language::German, &view, &[]).unwrap();
        assert_eq!(html.matches("<script").count(), 1, "{html}");
        assert!(
            html.contains("src=\"/assets/passkey.js?v=") || html.contains("src=\"&#x2f;assets"),
            "{html}"
        );
        assert!(!html.contains("<style") && !html.contains(" style="), "{html}");
    }
}
