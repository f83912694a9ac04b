//! What holds over all pages.

mod api;
mod away;
mod browser;
mod conforms;
mod console;
mod devices;
mod housing;
mod importing;
mod keeping;
mod logins;
mod people;
mod registers;
mod security;
mod templates;
mod walk;
