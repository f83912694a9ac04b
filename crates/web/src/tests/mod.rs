//! What holds over all pages.

mod browser;
mod console;
mod devices;
mod importing;
mod keeping;
mod people;
mod registers;
mod security;
mod templates;
mod walk;
