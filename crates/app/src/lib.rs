//! The use cases: access, load, decide, save with audit, publish.
