//! Pages, partials, live events and the JSON API; the only home of HTML.
