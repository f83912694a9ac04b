//! What holds over all pages.

mod api;
mod browser;
mod conforms;
mod console;
mod devices;
mod importing;
mod keeping;
mod people;
mod registers;
mod security;
mod templates;
mod walk;
