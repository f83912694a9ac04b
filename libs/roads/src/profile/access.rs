//! Whether a mode may use a way or pass a point, and in which directions.

use super::{Mode, RoadClass};
use crate::pbf::Tags;

/// How far a way is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// To everyone.
    Open,
    /// To those who have business there.
    Private,
    /// To a bicycle that is pushed.
    Pushed,
}

/// Whether a point of a way can be passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Crossing {
    Open,
    Closed,
}

/// The access tags of a mode, the most special first.
fn access_keys(mode: Mode) -> &'static [&'static str] {
    match mode {
        Mode::Car => &["motorcar", "motor_vehicle", "vehicle", "access"],
        Mode::Bicycle => &["bicycle", "vehicle", "access"],
        Mode::Foot => &["foot", "access"],
    }
}

/// The most special access tag that is set: its key and what it says.
fn signed(mode: Mode, tags: Tags<'_>) -> Option<(&'static str, Option<Access>)> {
    access_keys(mode).iter().find_map(|key| {
        let says = match tags.get(key)? {
            "yes" | "permissive" | "designated" | "official" | "use_sidepath" | "optional_sidepath"
            | "public" => Some(Access::Open),
            "private" | "destination" | "customers" | "delivery" | "residents" | "permit" => {
                Some(Access::Private)
            }
            "dismount" => (mode == Mode::Bicycle).then_some(Access::Pushed),
            // no, agricultural, forestry, emergency, military and what nobody has heard of.
            _ => None,
        };
        Some((*key, says))
    })
}

/// How far a way is open to a mode, `None` if closed.
pub(super) fn of_way(mode: Mode, class: RoadClass, tags: Tags<'_>) -> Option<Access> {
    if is_untravelled_area(mode, class, tags) || tags.is("impassable", "yes") {
        return None;
    }
    if tags.is("motorroad", "yes") && mode != Mode::Car {
        return None;
    }
    let signed = signed(mode, tags);
    if let Some((_, says)) = signed {
        says?;
    }
    let says = signed.and_then(|(_, says)| says).unwrap_or(Access::Open);
    // A general tag (access=yes on a footway) does not open a class; the mode's own tag does.
    let is_opened = signed.is_some_and(|(key, _)| key != "access" && key != "vehicle");
    let open_by_class = match mode {
        Mode::Car => match class {
            RoadClass::Track => !matches!(tags.get("tracktype"), Some("grade3" | "grade4" | "grade5")),
            RoadClass::Pedestrian
            | RoadClass::Cycleway
            | RoadClass::Footway
            | RoadClass::Path
            | RoadClass::Bridleway
            | RoadClass::Steps
            | RoadClass::Ferry => false,
            _ => true,
        },
        Mode::Bicycle => match class {
            RoadClass::Motorway | RoadClass::MotorwayLink | RoadClass::Steps | RoadClass::Bridleway => false,
            RoadClass::Footway => return if is_opened { Some(says) } else { Some(Access::Pushed) },
            _ => true,
        },
        Mode::Foot => !matches!(class, RoadClass::Motorway | RoadClass::MotorwayLink),
    };
    (open_by_class || is_opened).then_some(says)
}

/// A square drawn as an area: people walk around its edge, cars do not.
fn is_untravelled_area(mode: Mode, class: RoadClass, tags: Tags<'_>) -> bool {
    tags.is("area", "yes")
        && (mode == Mode::Car || !matches!(class, RoadClass::Pedestrian | RoadClass::Footway))
}

/// Whether the way is open along and against its nodes' order.
pub(super) fn directions(mode: Mode, class: RoadClass, tags: Tags<'_>) -> (bool, bool) {
    if mode == Mode::Foot {
        return by_sign(tags.get("oneway:foot")).unwrap_or((true, true));
    }
    if mode == Mode::Bicycle {
        if let Some(directions) = by_sign(tags.get("oneway:bicycle")) {
            return directions;
        }
        let against = ["cycleway", "cycleway:left", "cycleway:right", "cycleway:both"]
            .iter()
            .any(|key| tags.get(key).is_some_and(|value| value.starts_with("opposite")));
        if against {
            return (true, true);
        }
    }
    by_sign(tags.get("oneway")).unwrap_or_else(|| {
        let is_roundabout = matches!(tags.get("junction"), Some("roundabout" | "circular"));
        (true, !(is_roundabout || class == RoadClass::Motorway))
    })
}

fn by_sign(sign: Option<&str>) -> Option<(bool, bool)> {
    match sign? {
        "yes" | "true" | "1" => Some((true, false)),
        "-1" | "reverse" => Some((false, true)),
        "no" | "false" | "0" => Some((true, true)),
        // Lanes whose direction changes by the hour are taken as open both ways.
        _ => None,
    }
}

/// Whether a mode can pass a point of a way: gates open for staff, bollards stop cars.
pub(crate) fn passage_over(mode: Mode, tags: Tags<'_>) -> Crossing {
    let Some(barrier) = tags.get("barrier") else { return Crossing::Open };
    match signed(mode, tags) {
        Some((_, Some(_))) => return Crossing::Open,
        Some((_, None)) => return Crossing::Closed,
        None => {}
    }
    if tags.is("locked", "yes") {
        return Crossing::Closed;
    }
    let closed = match mode {
        Mode::Car => matches!(
            barrier,
            "bollard"
                | "block"
                | "cycle_barrier"
                | "motorcycle_barrier"
                | "jersey_barrier"
                | "debris"
                | "log"
                | "stile"
                | "turnstile"
                | "kissing_gate"
                | "full-height_turnstile"
                | "planter"
                | "chain"
                | "bus_trap"
                | "sump_buster"
                | "horse_stile"
                | "fence"
                | "wall"
        ),
        Mode::Bicycle => {
            matches!(
                barrier,
                "stile" | "turnstile" | "kissing_gate" | "full-height_turnstile" | "fence" | "wall"
            )
        }
        Mode::Foot => matches!(barrier, "fence" | "wall"),
    };
    if closed { Crossing::Closed } else { Crossing::Open }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(tags: &[(&str, &str)], expected: [bool; 3]) {
        let open = Mode::ALL.map(|mode| passage_over(mode, Tags::new(tags)) == Crossing::Open);
        assert_eq!(open, expected, "{tags:?}");
    }

    #[test]
    fn barriers() {
        check(&[("highway", "crossing")], [true, true, true]);
        check(&[("barrier", "bollard")], [false, true, true]);
        check(&[("barrier", "bollard"), ("motor_vehicle", "yes")], [true, true, true]);
        check(&[("barrier", "gate")], [true, true, true]);
        check(&[("barrier", "gate"), ("access", "private")], [true, true, true]);
        check(&[("barrier", "gate"), ("access", "no")], [false, false, false]);
        check(&[("barrier", "gate"), ("access", "no"), ("foot", "yes")], [false, false, true]);
        check(&[("barrier", "gate"), ("locked", "yes")], [false, false, false]);
        check(&[("barrier", "stile")], [false, false, true]);
    }
}
