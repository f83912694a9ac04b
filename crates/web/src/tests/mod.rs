//! What holds over all pages.

mod browser;
mod console;
mod devices;
mod housing;
mod keeping;
mod people;
mod security;
mod templates;
mod walk;
