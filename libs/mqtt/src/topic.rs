//! Topic names and filters (section 4.7).

/// The longest topic or filter that is read, in bytes. The standard allows 65 535.
pub const TOPIC_BYTES_MAX: usize = 512;

/// Whether a text may name a message.
pub fn is_topic(text: &str) -> bool {
    fits(text) && !text.contains(['+', '#'])
}

/// Whether a text may be subscribed to: `+` fills a level, `#` the rest.
pub fn is_filter(text: &str) -> bool {
    let levels: Vec<&str> = text.split('/').collect();
    fits(text)
        && levels.iter().enumerate().all(|(number, level)| match *level {
            "+" => true,
            "#" => number + 1 == levels.len(),
            level => !level.contains(['+', '#']),
        })
}

fn fits(text: &str) -> bool {
    !text.is_empty() && text.len() <= TOPIC_BYTES_MAX && !text.contains('\0')
}
