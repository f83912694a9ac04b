//! What holds over all pages.

mod browser;
mod console;
mod devices;
mod people;
mod keeping;
mod security;
mod templates;
mod walk;
