//! What holds over all pages.

mod browser;
mod console;
mod security;
mod templates;
mod walk;
