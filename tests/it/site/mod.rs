//! The site tree, settings, staff, appointments, redemption points.

mod site_get;
mod site_list;
