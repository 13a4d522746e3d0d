//! Sessions that another server keeps.

mod real;
