//! The home screen.

mod home;
