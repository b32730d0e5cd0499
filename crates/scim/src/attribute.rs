//! Which attributes users and groups have here: one table that reading, changing, filtering and the published schemas go by.

use Kind::{Boolean, Complex, DateTime, Reference, Text};
use Mutability::{Immutable, ReadOnly, ReadWrite};

/// The schema of users (RFC 7643, section 4.1).
pub const USER_SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// The schema of groups (RFC 7643, section 4.2).
pub const GROUP_SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
/// The extension that directories send along (RFC 7643, section 4.3); nothing of it is kept.
pub const ENTERPRISE_SCHEMA: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// What a value of an attribute is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Boolean,
    Complex,
    DateTime,
    Reference,
    Text,
}

impl Kind {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Boolean => "boolean",
            Complex => "complex",
            DateTime => "dateTime",
            Reference => "reference",
            Text => "string",
        }
    }
}

/// Who sets an attribute, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mutability {
    Immutable,
    ReadOnly,
    ReadWrite,
}

impl Mutability {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Immutable => "immutable",
            ReadOnly => "readOnly",
            ReadWrite => "readWrite",
        }
    }
}

/// An attribute, or a part of one.
#[derive(Debug)]
pub(crate) struct Attribute {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) multi_valued: bool,
    pub(crate) required: bool,
    pub(crate) case_exact: bool,
    pub(crate) mutability: Mutability,
    pub(crate) unique: bool,
    /// Whether it is in every answer, whatever is asked for.
    pub(crate) always: bool,
    pub(crate) canonical: &'static [&'static str],
    pub(crate) refers_to: &'static [&'static str],
    pub(crate) parts: &'static [Self],
    pub(crate) description: &'static str,
}

const fn attribute(name: &'static str, kind: Kind, description: &'static str) -> Attribute {
    Attribute {
        name,
        kind,
        multi_valued: false,
        required: false,
        case_exact: false,
        mutability: ReadWrite,
        unique: false,
        always: false,
        canonical: &[],
        refers_to: &[],
        parts: &[],
        description,
    }
}

const fn text(name: &'static str, description: &'static str) -> Attribute {
    attribute(name, Text, description)
}

/// A kind of resource.
#[derive(Debug)]
pub struct Schema {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) attributes: &'static [Attribute],
    /// What the standard has and nobody keeps here: accepted and forgotten, so that a directory with the usual mapping works.
    pub(crate) forgotten: &'static [&'static str],
}

/// What all resources have; part of no published schema (RFC 7643, section 3.1).
const COMMON: &[Attribute] = &[
    Attribute { case_exact: true, mutability: ReadOnly, always: true, ..text("id", "") },
    EXTERNAL_ID,
    Attribute {
        mutability: ReadOnly,
        parts: &[
            Attribute { case_exact: true, mutability: ReadOnly, ..text("resourceType", "") },
            Attribute { mutability: ReadOnly, ..attribute("created", DateTime, "") },
            Attribute { mutability: ReadOnly, ..attribute("lastModified", DateTime, "") },
            Attribute { case_exact: true, mutability: ReadOnly, ..attribute("location", Reference, "") },
            Attribute { case_exact: true, mutability: ReadOnly, ..text("version", "") },
        ],
        ..attribute("meta", Complex, "")
    },
    Attribute { mutability: ReadOnly, always: true, multi_valued: true, ..text("schemas", "") },
];

const EXTERNAL_ID: Attribute =
    Attribute { case_exact: true, ..text("externalId", "What the directory calls it.") };

/// Users.
pub static USER: Schema = Schema {
    id: USER_SCHEMA,
    name: "User",
    description: "A person who may use Sealpost.",
    attributes: &[
        Attribute {
            required: true,
            unique: true,
            ..text(
                "userName",
                "The name that the directory knows the user by, often his address; upper and lower case are one.",
            )
        },
        EXTERNAL_ID,
        text("displayName", "The name that recipients see."),
        Attribute {
            parts: &[
                text("formatted", "The whole name; seen by recipients where there is no displayName."),
                text("familyName", "The family name."),
                text("givenName", "The given name."),
            ],
            ..attribute("name", Complex, "The parts of the name.")
        },
        Attribute {
            required: true,
            multi_valued: true,
            parts: &[
                Attribute { required: true, ..text("value", "The address.") },
                Attribute { canonical: &["work", "home", "other"], ..text("type", "What it is used for.") },
                attribute("primary", Boolean, "Whether it is the one that is used; at most one is."),
            ],
            ..attribute(
                "emails",
                Complex,
                "The addresses. The primary one, else the first, is the one that the user sends with. \
                 They may be left out if userName is an address.",
            )
        },
        attribute("active", Boolean, "Whether the user may do anything. Without a value he may not."),
        Attribute {
            multi_valued: true,
            mutability: ReadOnly,
            parts: &[
                Attribute { mutability: ReadOnly, case_exact: true, ..text("value", "The group's id.") },
                Attribute {
                    mutability: ReadOnly,
                    case_exact: true,
                    refers_to: &["Group"],
                    ..attribute("$ref", Reference, "The group.")
                },
                Attribute { mutability: ReadOnly, ..text("display", "The group's name.") },
            ],
            ..attribute("groups", Complex, "The groups that the user is in; changed through the groups.")
        },
    ],
    forgotten: &[
        "nickName",
        "profileUrl",
        "title",
        "userType",
        "preferredLanguage",
        "locale",
        "timezone",
        "password",
        "phoneNumbers",
        "ims",
        "photos",
        "addresses",
        "entitlements",
        "roles",
        "x509Certificates",
    ],
};

/// Groups.
pub static GROUP: Schema = Schema {
    id: GROUP_SCHEMA,
    name: "Group",
    description: "Users who belong together.",
    attributes: &[
        Attribute { required: true, ..text("displayName", "The group's name.") },
        EXTERNAL_ID,
        Attribute {
            multi_valued: true,
            parts: &[
                Attribute { mutability: Immutable, case_exact: true, ..text("value", "The user's id.") },
                Attribute {
                    mutability: Immutable,
                    case_exact: true,
                    refers_to: &["User"],
                    ..attribute("$ref", Reference, "The user.")
                },
                Attribute {
                    mutability: Immutable,
                    canonical: &["User"],
                    ..text("type", "What the member is.")
                },
            ],
            ..attribute("members", Complex, "The users in the group. Groups in groups are not supported.")
        },
    ],
    forgotten: &[],
};

impl Attribute {
    /// The part with this name, in any case.
    pub(crate) fn part(&self, name: &str) -> Option<&'static Self> {
        let parts: &'static [Self] = self.parts;
        parts.iter().find(|part| part.name.eq_ignore_ascii_case(name))
    }
}

impl Schema {
    /// The attribute with this name, in any case.
    pub(crate) fn attribute(&self, name: &str) -> Option<&'static Attribute> {
        let own: &'static [Attribute] = self.attributes;
        own.iter().chain(COMMON).find(|attribute| attribute.name.eq_ignore_ascii_case(name))
    }

    pub(crate) fn forgets(&self, name: &str) -> bool {
        self.forgotten.iter().any(|forgotten| forgotten.eq_ignore_ascii_case(name))
    }

    /// Whether `urn` names this schema, or none is named.
    pub(crate) fn is(&self, urn: Option<&str>) -> bool {
        urn.is_none_or(|urn| urn.eq_ignore_ascii_case(self.id))
    }
}
