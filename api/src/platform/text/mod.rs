//! Text formats of the field: parsed once, then trusted.
//!
//! Types that hold personal data print masked, so that a log line, a panic message or a test
//! failure never shows them; only `reveal` gives the value. They can be read from a request body
//! and never be written to one.
//!
//! | file | for |
//! |---|---|
//! | `phone` | mobile and landline numbers |
//! | `id_number` | resident identity numbers and residence permits (GB 11643) |
//! | `document_number` | numbers of identity documents of any kind |
//! | `division_code` | administrative divisions, province to village (GB/T 2260) |
//! | `check_char` | the check character of numbers people type |
//! | `human_number` | numbers people type: prefix, random body, check character |
//! | `day` | days and instants within bounds |
//! | `mask` | names of persons shown in part |
//! | `network` | addresses and networks (CIDR) |
//! | `spoken` | text a person reads aloud |
//! | `spreadsheet` | text that no spreadsheet takes for a formula |
//! | `width` | full-width letters, digits and signs in half width |

pub mod bounded;
pub mod check_char;
pub mod day;
pub mod division_code;
pub mod document_number;
pub mod human_number;
pub mod id_number;
pub mod mask;
pub mod network;
pub mod phone;
pub mod spoken;
pub mod spreadsheet;
pub mod width;
mod wire;
