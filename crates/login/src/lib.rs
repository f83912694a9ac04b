//! Passwords, tokens: the only crate that sees those libraries.
