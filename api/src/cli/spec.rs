//! `points-bank spec`: prints the document that `openapi/openapi.json` must equal.

use crate::{http, openapi};

#[expect(clippy::print_stdout, reason = "printing is what the command is for")]
pub(super) fn print() -> Result<(), Vec<String>> {
    let document = openapi::document().map_err(|fault| vec![fault])?;
    print!("{}", http::print_document(&document).map_err(|error| vec![error.to_string()])?);
    Ok(())
}
