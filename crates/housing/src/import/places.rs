//! A register of homes as a CSV file: name, kind, owner, places, opening, closing, evacuation.
