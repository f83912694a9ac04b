//! A drawing as SVG: it stands alone as a file, and a page's style sheet may give its inks other colours.

use std::fmt::Write as _;

use super::{Anchor, Drawing, Ink, Point, Shape};

/// The whole `<svg>` element. Colours are attributes, which a style sheet overrides and no security policy refuses.
pub fn to_svg(drawing: &Drawing) -> String {
    let Drawing { id, width, height, .. } = drawing;
    let (title, description) = (escape(&drawing.title), escape(&drawing.description));
    let mut svg = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-labelledby="{id}-title {id}-desc" class="drawing" font-family="Inter, system-ui, sans-serif">
<title id="{id}-title">{title}</title>
<desc id="{id}-desc">{description}</desc>
<rect class="ink-paper" width="{width}" height="{height}" {}/>
"#,
        fill(Ink::Paper)
    );
    for shape in &drawing.shapes {
        write_shape(&mut svg, shape);
        svg.push('\n');
    }
    svg.push_str("</svg>\n");
    svg
}

/// Writing to a string cannot fail, so its result is let go.
fn write_shape(svg: &mut String, shape: &Shape) {
    let _ = match shape {
        Shape::Line { points, ink, width } => {
            let dashes: Vec<String> = ink.dashes().iter().map(ToString::to_string).collect();
            let dash = if dashes.is_empty() {
                String::new()
            } else {
                format!(r#" stroke-dasharray="{}""#, dashes.join(" "))
            };
            write!(
                svg,
                r##"<path class="line-{}" d="{}" fill="none" stroke="#{:06x}" stroke-width="{width}"{dash}/>"##,
                ink.class(),
                path(points, false),
                ink.colour()
            )
        }
        Shape::Area { points, ink, opacity } => write!(
            svg,
            r#"<path class="ink-{}" d="{}" {} fill-opacity="{opacity}"/>"#,
            ink.class(),
            path(points, true),
            fill(*ink)
        ),
        Shape::Bar { at, size, ink, tip } => write!(
            svg,
            r#"<rect class="ink-{}" x="{:.2}" y="{:.2}" width="{:.2}" height="{:.2}" {}>{}</rect>"#,
            ink.class(),
            at.0,
            at.1,
            size.0,
            size.1,
            fill(*ink),
            tip_of(tip)
        ),
        Shape::Dot { at, radius, ink, tip } => write!(
            svg,
            r#"<circle class="ink-{}" cx="{:.1}" cy="{:.1}" r="{radius}" {}>{}</circle>"#,
            ink.class(),
            at.0,
            at.1,
            fill(*ink),
            tip_of(tip)
        ),
        Shape::Words { at, anchor, size, heavy, ink, words } => write!(
            svg,
            r#"<text class="ink-{}" x="{:.1}" y="{:.1}" font-size="{size}"{}{} {}>{}</text>"#,
            ink.class(),
            at.0,
            at.1,
            match anchor {
                Anchor::Start => "",
                Anchor::Middle => r#" text-anchor="middle""#,
                Anchor::End => r#" text-anchor="end""#,
            },
            if *heavy { r#" font-weight="600""# } else { "" },
            fill(*ink),
            escape(words)
        ),
    };
}

fn fill(ink: Ink) -> String {
    format!(r##"fill="#{:06x}""##, ink.colour())
}

fn tip_of(tip: &str) -> String {
    if tip.is_empty() { String::new() } else { format!("<title>{}</title>", escape(tip)) }
}

fn path(points: &[Point], closed: bool) -> String {
    let mut path = String::new();
    for (index, (x, y)) in points.iter().enumerate() {
        let _ = write!(path, "{}{x:.1} {y:.1}", if index == 0 { "M" } else { "L" });
    }
    if closed {
        path.push('Z');
    }
    path
}

/// Text that may stand between tags and in attributes.
fn escape(words: &str) -> String {
    words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_escaped_and_ids_are_plain() {
        let mut drawing = Drawing::new("a b\"c", "<Behov>", "a & \"b\"", 10.0, 10.0);
        drawing.words((1.0, 2.0), Anchor::End, 12.0, Ink::Faint, "1 < 2");
        let svg = to_svg(&drawing);
        assert!(svg.contains(r#"<title id="abc-title">&lt;Behov&gt;</title>"#), "{svg}");
        assert!(svg.contains("a &amp; &quot;b&quot;</desc>"), "{svg}");
        assert!(svg.contains(r#"text-anchor="end""#) && svg.contains("1 &lt; 2</text>"), "{svg}");
    }
}
