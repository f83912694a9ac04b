//! How fast a mode moves along a way.

use super::access::Access;
use super::{CAR_LIMIT_KMH, KMH_MAX, Mode, PUSHED_BICYCLE_KMH, Profile, RoadClass};
use crate::pbf::Tags;

/// Walking pace in km/h, as a limit (`maxspeed=walk`, pedestrian streets).
const WALKING_PACE_KMH: f64 = 7.0;
/// Kilometres in one mile.
const KILOMETRES_PER_MILE: f64 = 1.609_344;
/// Speed in km/h of a car, and of a bicycle, on a way of a class that its own tags open.
const OPENED_CLASS_CAR_KMH: f64 = 5.0;
const OPENED_CLASS_BICYCLE_KMH: f64 = 10.0;
/// Most km/h of a car on an unpaved road where no limit is signed.
const UNPAVED_CAR_KMH: f64 = 40.0;
/// Most km/h of a car on a rough surface, signed or not.
const ROUGH_CAR_KMH: f64 = 20.0;

/// The average speed along a way, in km/h.
pub(super) fn kmh(profile: &Profile, class: RoadClass, tags: Tags<'_>, access: Access) -> f64 {
    if access == Access::Pushed {
        return f64::from(PUSHED_BICYCLE_KMH);
    }
    let by_class = f64::from(profile.class_kmh[class.index()]);
    match profile.mode {
        Mode::Car => {
            let usual = if by_class > 0.0 { by_class } else { OPENED_CLASS_CAR_KMH };
            car_limit_kmh(usual, tags) * profile.limit_share
        }
        Mode::Bicycle if by_class == 0.0 => OPENED_CLASS_BICYCLE_KMH,
        Mode::Bicycle | Mode::Foot => by_class,
    }
}

fn car_limit_kmh(usual: f64, tags: Tags<'_>) -> f64 {
    let surface = tags.get("surface");
    let unpaved = matches!(
        surface,
        Some(
            "unpaved" | "gravel" | "fine_gravel" | "compacted" | "pebblestone" | "dirt" | "earth" | "ground"
        )
    );
    let rough = matches!(surface, Some("sand" | "mud" | "grass" | "rock" | "woodchips"));
    let limit = match tags.get("maxspeed").and_then(signed_limit_kmh) {
        Some(limit) => limit,
        None if unpaved => usual.min(UNPAVED_CAR_KMH),
        None => usual,
    };
    let limit = if rough { limit.min(ROUGH_CAR_KMH) } else { limit };
    limit.min(KMH_MAX)
}

/// What a `maxspeed` tag says, in km/h; `None` where it says nothing usable.
fn signed_limit_kmh(text: &str) -> Option<f64> {
    if let Some((_, zone)) = text.split_once(':') {
        // The national limits of Sweden; other countries' zones mean nearly the same.
        return match zone {
            "motorway" => Some(f64::from(CAR_LIMIT_KMH[RoadClass::Motorway.index()])),
            "trunk" => Some(f64::from(CAR_LIMIT_KMH[RoadClass::Trunk.index()])),
            "rural" => Some(70.0),
            "urban" => Some(50.0),
            "living_street" | "walk" => Some(WALKING_PACE_KMH),
            zone => {
                zone.trim_start_matches("zone").trim_start_matches(':').parse().ok().filter(|kmh| *kmh > 0.0)
            }
        };
    }
    if text == "walk" {
        return Some(WALKING_PACE_KMH);
    }
    // Of several limits (by lane or hour) the first stands.
    let text = text.split(';').next()?.trim();
    let digits = text.find(|sign: char| !sign.is_ascii_digit() && sign != '.').unwrap_or(text.len());
    let number: f64 = text[..digits].parse().ok().filter(|number| *number > 0.0)?;
    let unit = text[digits..].trim_matches([' ', '|']);
    match unit {
        "mph" => Some(number * KILOMETRES_PER_MILE),
        "" | "km/h" | "kph" | "kmh" => Some(number),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_as_written_in_maps() {
        for (text, expected) in [
            ("50", Some(50.0)),
            ("50 km/h", Some(50.0)),
            ("20 mph", Some(32.0)),
            ("SE:urban", Some(50.0)),
            ("SE:zone30", Some(30.0)),
            ("DE:zone:30", Some(30.0)),
            ("walk", Some(7.0)),
            ("40;60", Some(40.0)),
            ("none", None),
            ("variable", None),
            ("0", None),
            ("-5", None),
            ("", None),
            ("50 knots", None),
        ] {
            assert_eq!(signed_limit_kmh(text).map(f64::round), expected, "{text}");
        }
    }
}
