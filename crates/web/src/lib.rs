//! Pages, partials, live events, JSON API.
