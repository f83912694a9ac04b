//! Codes that a reader in the hand understands: QR squares and Code 128 bars, as paths for SVG.

use qrcode::{Color, EcLevel, QrCode};

/// Empty modules around a QR code (ISO/IEC 18004 asks for four).
const QR_QUIET: usize = 4;
/// Empty modules at each end of a Code 128 (ISO/IEC 15417 asks for ten).
const BARS_QUIET: usize = 10;
/// How high bars are drawn, in modules.
const BARS_HEIGHT: usize = 40;
/// The longest text of a code, in characters: a label holds no more bars.
pub const TEXT_CHARACTERS_MAX: usize = 64;

/// A drawing in black on white, in modules of one unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawing {
    /// The width with its quiet zone.
    pub width: usize,
    /// The height with its quiet zone.
    pub height: usize,
    /// The black parts, as the `d` of an SVG path.
    pub path: String,
}

/// Why a text has no such code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Nothing to write.
    #[error("there is nothing to write")]
    Empty,
    /// Longer than the limit.
    #[error("the text has more than {TEXT_CHARACTERS_MAX} characters")]
    TooLong,
    /// Code 128 knows letters without dots and rings, digits and signs.
    #[error("the text has characters that Code 128 does not know")]
    Characters,
}

fn checked(text: &str) -> Result<(), CodeError> {
    match text.chars().count() {
        0 => Err(CodeError::Empty),
        1..=TEXT_CHARACTERS_MAX => Ok(()),
        _ => Err(CodeError::TooLong),
    }
}

/// A QR code that survives the loss of 15 per cent of its area.
pub fn qr(text: &str) -> Result<Drawing, CodeError> {
    checked(text)?;
    let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(|_| CodeError::TooLong)?;
    let width = code.width();
    let mut path = String::new();
    for (row, modules) in code.to_colors().chunks(width).enumerate() {
        let mut column = 0;
        for run in modules.chunk_by(|left, right| left == right) {
            if run.first() == Some(&Color::Dark) {
                path.push_str(&block(column + QR_QUIET, row + QR_QUIET, run.len(), 1));
            }
            column += run.len();
        }
    }
    let size = width + 2 * QR_QUIET;
    Ok(Drawing { width: size, height: size, path })
}

/// The widths of bars and spaces by value (ISO/IEC 15417, table 1); the last is the stop.
const PATTERNS: [&str; 107] = [
    "212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212", "221213",
    "221312", "231212", "112232", "122132", "122231", "113222", "123122", "123221", "223211", "221132",
    "221231", "213212", "223112", "312131", "311222", "321122", "321221", "312212", "322112", "322211",
    "212123", "212321", "232121", "111323", "131123", "131321", "112313", "132113", "132311", "211313",
    "231113", "231311", "112133", "112331", "132131", "113123", "113321", "133121", "313121", "211331",
    "231131", "213113", "213311", "213131", "311123", "311321", "331121", "312113", "312311", "332111",
    "314111", "221411", "431111", "111224", "111422", "121124", "121421", "141122", "141221", "112214",
    "112412", "122114", "122411", "142112", "142211", "241211", "221114", "413111", "241112", "134111",
    "111242", "121142", "121241", "114212", "124112", "124211", "411212", "421112", "421211", "212141",
    "214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113", "411311", "113141",
    "114131", "311141", "411131", "211412", "211214", "211232", "2331112",
];
const CHANGE_TO_C: usize = 99;
const CHANGE_TO_B: usize = 100;
const START_B: usize = 104;
const START_C: usize = 105;
const STOP: usize = 106;
/// So many digits in a row are shorter as pairs, at an end of the text and within it.
const DIGITS_AT_END_MIN: usize = 4;
const DIGITS_WITHIN_MIN: usize = 6;

/// Bars of Code 128; long runs of digits are written as pairs, so that a serial number stays short.
pub fn code_128(text: &str) -> Result<Drawing, CodeError> {
    checked(text)?;
    let mut path = String::new();
    let mut x = BARS_QUIET;
    for value in values(text)? {
        let widths = PATTERNS[value].bytes().map(|width| usize::from(width - b'0'));
        for (place, width) in widths.enumerate() {
            if place % 2 == 0 {
                path.push_str(&block(x, 0, width, BARS_HEIGHT));
            }
            x += width;
        }
    }
    Ok(Drawing { width: x + BARS_QUIET, height: BARS_HEIGHT, path })
}

/// The values of a text, from start to stop, with the check value before the stop.
fn values(text: &str) -> Result<Vec<usize>, CodeError> {
    let bytes = text.as_bytes();
    let mut values: Vec<usize> = Vec::new();
    let mut pairs = false;
    let mut at = 0;
    while at < bytes.len() {
        let digits = bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let at_end = at == 0 || at + digits == bytes.len();
        let enough = digits >= if at_end { DIGITS_AT_END_MIN } else { DIGITS_WITHIN_MIN };
        if pairs && digits >= 2 || !pairs && enough && digits % 2 == 0 {
            if !pairs {
                values.push(if values.is_empty() { START_C } else { CHANGE_TO_C });
                pairs = true;
            }
            values.push(usize::from(bytes[at] - b'0') * 10 + usize::from(bytes[at + 1] - b'0'));
            at += 2;
            continue;
        }
        if pairs || values.is_empty() {
            values.push(if values.is_empty() { START_B } else { CHANGE_TO_B });
            pairs = false;
        }
        if !(b' '..=b'~').contains(&bytes[at]) {
            return Err(CodeError::Characters);
        }
        values.push(usize::from(bytes[at] - b' '));
        at += 1;
    }
    let weighted = values.iter().enumerate().map(|(place, value)| place.max(1) * value);
    let check = weighted.sum::<usize>() % 103;
    values.extend([check, STOP]);
    Ok(values)
}

fn block(x: usize, y: usize, width: usize, height: usize) -> String {
    format!("M{x} {y}h{width}v{height}h-{width}z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_is_eleven_modules_wide_and_stands_once() {
        let width = |pattern: &str| pattern.bytes().map(|byte| byte - b'0').sum::<u8>();
        assert!(PATTERNS[..STOP].iter().all(|pattern| width(pattern) == 11));
        assert_eq!(width(PATTERNS[STOP]), 13);
        // The bars of a character add up to an even number: that is how a reader tells an error.
        let bars = |pattern: &&str| pattern.bytes().step_by(2).map(|byte| byte - b'0').sum::<u8>();
        assert!(PATTERNS[..STOP].iter().all(|pattern| bars(pattern) % 2 == 0));
        let distinct: std::collections::BTreeSet<&str> = PATTERNS.into_iter().collect();
        assert_eq!(distinct.len(), PATTERNS.len());
    }

    #[test]
    fn texts_and_digits_are_written_with_their_check_value() {
        for (text, expected) in [
            ("PJJ123C", Ok(vec![104, 48, 42, 42, 17, 18, 19, 35, 55, 106])),
            ("123456", Ok(vec![105, 12, 34, 56, 44, 106])),
            ("EX-0001", Ok(vec![104, 37, 56, 13, 99, 0, 1, 76, 106])),
            ("", Err(CodeError::Empty)),
            ("å1", Err(CodeError::Characters)),
        ] {
            let found = checked(text).and_then(|()| values(text));
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn drawings_have_their_quiet_zones() {
        let bars = code_128("123456").unwrap();
        // Start, three pairs, check, stop: five of eleven modules and one of thirteen, and ten at each end.
        assert_eq!((bars.width, bars.height), (5 * 11 + 13 + 20, BARS_HEIGHT));
        assert!(bars.path.starts_with("M10 0h2v40"));
        let square = qr("EX-0001").unwrap();
        assert_eq!((square.width, square.height), (21 + 8, 21 + 8));
        assert!(square.path.starts_with("M4 4h7v1"), "the corner of the finder: {}", &square.path[..20]);
        assert_eq!(qr(&"å".repeat(65)), Err(CodeError::TooLong));
    }
}
