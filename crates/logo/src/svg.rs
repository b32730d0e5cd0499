//! Shapes, written anew from a list of what is allowed.

use std::fmt::Write as _;

use roxmltree::{Document, Node, ParsingOptions};

use crate::{LogoError, MAX_HEIGHT, MAX_WIDTH};

mod allowed;
mod scan;
mod value;

#[cfg(test)]
mod tests;

use allowed::{Attribute, Element};

const SVG: &str = "http://www.w3.org/2000/svg";
const XHTML: &str = "http://www.w3.org/1999/xhtml";
const XLINK: &str = "http://www.w3.org/1999/xlink";
/// Most nodes: elements, texts, comments.
const MAX_NODES: u32 = 10_000;
/// Elements within each other.
const MAX_DEPTH: usize = 32;

pub(crate) fn clean(bytes: &[u8]) -> Result<String, LogoError> {
    let text = std::str::from_utf8(bytes).map_err(|_| unreadable("it is not UTF-8"))?;
    scan::check(text)?;
    let options = ParsingOptions { allow_dtd: false, nodes_limit: MAX_NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).map_err(|error| match error {
        roxmltree::Error::DtdDetected => forbidden("a document type"),
        roxmltree::Error::NodesLimitReached => LogoError::TooMuch("10,000 elements"),
        error => unreadable(&error.to_string()),
    })?;
    let root = document.root_element();
    if !root.has_tag_name((SVG, "svg")) {
        return Err(unreadable("its root is no svg element of http://www.w3.org/2000/svg"));
    }
    let mut written = String::with_capacity(text.len());
    let [left, top, width, height] = view_box(root)?;
    // Its size is that of where it is shown.
    write!(written, "<svg xmlns=\"{SVG}\" viewBox=\"{left} {top} {width} {height}\"")
        .expect("a String takes everything");
    attributes(root, Element::Svg, &mut written)?;
    written.push('>');
    children(root, &mut written, 1)?;
    written.push_str("</svg>\n");
    Ok(written)
}

/// What of the plane is shown: what the root says, or from its corner as far as it is wide and high.
fn view_box(root: Node<'_, '_>) -> Result<[f64; 4], LogoError> {
    let numbers = |text: &str| -> Option<Vec<f64>> {
        let words = text.split(|c: char| c == ',' || c.is_ascii_whitespace()).filter(|word| !word.is_empty());
        words.map(number).collect()
    };
    let length = |name| root.attribute(name).map(|text: &str| text.strip_suffix("px").unwrap_or(text));
    if let Some(text) = root.attribute("viewBox") {
        let found = numbers(text).and_then(|found| <[f64; 4]>::try_from(found).ok());
        let found = found.filter(|[_, _, width, height]| *width > 0.0 && *height > 0.0);
        return found.ok_or_else(|| unreadable("its viewBox is not four numbers, the last two above 0"));
    }
    let size = length("width").and_then(number).zip(length("height").and_then(number));
    let (width, height) = size.ok_or_else(|| unreadable("it has neither viewBox nor width and height"))?;
    let fits = |length: f64, most: u32| length >= 1.0 && length <= f64::from(most);
    if !fits(width, MAX_WIDTH) || !fits(height, MAX_HEIGHT) {
        return Err(LogoError::Dimensions);
    }
    Ok([0.0, 0.0, width, height])
}

/// A number as SVG writes it, within what pictures have.
fn number(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || b".+-eE".contains(&byte));
    let number: f64 = text.parse().ok().filter(|_| plain)?;
    (number.abs() <= 1e6).then_some(number)
}

fn children(parent: Node<'_, '_>, written: &mut String, depth: usize) -> Result<(), LogoError> {
    if depth > MAX_DEPTH {
        return Err(LogoError::TooMuch("32 elements within each other"));
    }
    for child in parent.children() {
        // Comments and instructions say nothing to those who look at a logo.
        if child.is_element() {
            element(child, written, depth)?;
        } else if let Some(text) = child.text().filter(|_| child.is_text() && holds_text(parent)) {
            escape(text, written);
        }
    }
    Ok(())
}

fn holds_text(node: Node<'_, '_>) -> bool {
    matches!(node.tag_name().name(), "text" | "tspan" | "title" | "desc")
}

fn element(node: Node<'_, '_>, written: &mut String, depth: usize) -> Result<(), LogoError> {
    let name = node.tag_name();
    match name.namespace() {
        Some(SVG) => {}
        Some(XHTML) => return Err(forbidden(&format!("HTML ({})", shown(name.name())))),
        // What drawing programs note for themselves.
        _ => return Ok(()),
    }
    if name.name() == "metadata" {
        return Ok(());
    }
    let Some(element) = Element::of(name.name()).filter(|element| *element != Element::Svg) else {
        return Err(forbidden(&format!("the element {}", shown(name.name()))));
    };
    written.push('<');
    written.push_str(element.as_str());
    attributes(node, element, written)?;
    written.push('>');
    children(node, written, depth + 1)?;
    written.push_str("</");
    written.push_str(element.as_str());
    written.push('>');
    Ok(())
}

fn attributes(node: Node<'_, '_>, element: Element, written: &mut String) -> Result<(), LogoError> {
    let mut kept: Vec<(&str, String)> = Vec::new();
    let mut keep = |name: &'static str, value: String| {
        kept.retain(|(before, _)| *before != name);
        kept.push((name, value));
    };
    for attribute in node.attributes() {
        let (name, value) = (attribute.name(), attribute.value());
        if name == "href" && matches!(attribute.namespace(), None | Some(XLINK)) {
            let local = value.trim().strip_prefix('#').filter(|id| value::is_id(id));
            let id = local.ok_or_else(|| forbidden("a reference to something outside of it"))?;
            // What else refers to something is not on the list.
            if element.is_gradient() {
                keep("href", format!("#{id}"));
            }
            continue;
        }
        if name.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("on")) {
            return Err(forbidden(&format!("the attribute {}", shown(name))));
        }
        if attribute.namespace().is_some() {
            continue;
        }
        if name == "style" {
            continue;
        }
        if let Some(known) = Attribute::of(name).filter(|known| !known.is_size_of(element)) {
            keep(known.as_str(), value::checked(known, value)?);
        }
    }
    // What a style says counts more than what stands beside it.
    for declaration in node.attribute("style").unwrap_or_default().split(';') {
        let Some((name, value)) = declaration.split_once(':') else { continue };
        if let Some(known) = Attribute::of(name.trim()).filter(|known| known.is_presentation()) {
            keep(known.as_str(), value::checked(known, value.trim().trim_end_matches("!important"))?);
        } else {
            value::check_functions(value)?;
        }
    }
    for (name, value) in kept {
        write!(written, " {name}=\"").expect("a String takes everything");
        escape(&value, written);
        written.push('"');
    }
    Ok(())
}

fn escape(text: &str, written: &mut String) {
    for c in text.chars() {
        match c {
            '&' => written.push_str("&amp;"),
            '<' => written.push_str("&lt;"),
            '>' => written.push_str("&gt;"),
            '"' => written.push_str("&quot;"),
            '\'' => written.push_str("&#39;"),
            c => written.push(c),
        }
    }
}

/// A name that somebody else has chosen, for an answer.
fn shown(name: &str) -> String {
    name.chars().take(40).filter(|c| c.is_ascii_graphic()).collect()
}

fn unreadable(why: &str) -> LogoError {
    LogoError::Unreadable("SVG", why.chars().take(200).collect())
}

fn forbidden(what: &str) -> LogoError {
    LogoError::Forbidden(what.to_owned())
}
