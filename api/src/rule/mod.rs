//! Rules by which service earns points.

pub mod compute;
