//! The county of the tests and the people in it.
