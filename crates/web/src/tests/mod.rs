//! What holds over all pages.

mod browser;
mod console;
mod keeping;
mod security;
mod templates;
mod walk;
