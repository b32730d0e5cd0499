//! What a logo may have. What is not here refers to something, runs, moves, or repeats itself: `use` and `pattern` can draw
//! a shape more often than any browser can.

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum $name { $($variant),+ }

        impl $name {
            pub(super) fn of(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }

            pub(super) const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }
    };
}

words! {
    /// An element.
    Element {
        Circle = "circle", ClipPath = "clipPath", Defs = "defs", Desc = "desc", Ellipse = "ellipse", G = "g", Line = "line",
        LinearGradient = "linearGradient", Mask = "mask", Path = "path", Polygon = "polygon", Polyline = "polyline",
        RadialGradient = "radialGradient", Rect = "rect", Stop = "stop", Svg = "svg", Text = "text", Title = "title",
        Tspan = "tspan",
    }
}

impl Element {
    pub(super) const fn is_gradient(self) -> bool {
        matches!(self, Self::LinearGradient | Self::RadialGradient)
    }
}

/// An attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Attribute {
    name: &'static str,
    presentation: bool,
}

/// Where and how large something is.
const GEOMETRY: &[&str] = &[
    "clipPathUnits",
    "cx",
    "cy",
    "d",
    "dx",
    "dy",
    "fr",
    "fx",
    "fy",
    "gradientTransform",
    "gradientUnits",
    "height",
    "id",
    "lengthAdjust",
    "maskContentUnits",
    "maskUnits",
    "offset",
    "pathLength",
    "points",
    "preserveAspectRatio",
    "r",
    "rotate",
    "rx",
    "ry",
    "spreadMethod",
    "textLength",
    "transform",
    "viewBox",
    "width",
    "x",
    "x1",
    "x2",
    "y",
    "y1",
    "y2",
];

/// How it looks; also in `style`.
const PRESENTATION: &[&str] = &[
    "clip-path",
    "clip-rule",
    "color",
    "display",
    "dominant-baseline",
    "fill",
    "fill-opacity",
    "fill-rule",
    "font-family",
    "font-size",
    "font-style",
    "font-weight",
    "letter-spacing",
    "mask",
    "opacity",
    "paint-order",
    "shape-rendering",
    "stop-color",
    "stop-opacity",
    "stroke",
    "stroke-dasharray",
    "stroke-dashoffset",
    "stroke-linecap",
    "stroke-linejoin",
    "stroke-miterlimit",
    "stroke-opacity",
    "stroke-width",
    "text-anchor",
    "text-decoration",
    "text-rendering",
    "vector-effect",
    "visibility",
    "word-spacing",
];

impl Attribute {
    pub(super) fn of(word: &str) -> Option<Self> {
        let find = |names: &[&'static str]| names.iter().find(|name| **name == word).copied();
        let geometry = find(GEOMETRY).map(|name| Self { name, presentation: false });
        geometry.or_else(|| find(PRESENTATION).map(|name| Self { name, presentation: true }))
    }

    pub(super) const fn as_str(self) -> &'static str {
        self.name
    }

    pub(super) const fn is_presentation(self) -> bool {
        self.presentation
    }

    /// What the root says of its size is told apart. One inside another is cut off where it says.
    pub(super) fn is_size_of(self, element: Element) -> bool {
        element == Element::Svg && matches!(self.name, "width" | "height" | "viewBox" | "x" | "y")
    }
}
