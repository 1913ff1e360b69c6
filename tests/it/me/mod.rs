//! What is hers: the home screen, her copy of everything, and leaving.

mod closure;
mod export;
mod export_proxy;
mod home;
mod leaving;
mod on_disk;
