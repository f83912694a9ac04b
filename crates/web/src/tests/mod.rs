//! What holds over all pages.

mod away;
mod browser;
mod console;
mod devices;
mod keeping;
mod people;
mod security;
mod templates;
mod walk;
