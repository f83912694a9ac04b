//! What holds over all pages.

mod browser;
mod console;
mod devices;
mod importing;
mod keeping;
mod people;
mod security;
mod templates;
mod walk;
