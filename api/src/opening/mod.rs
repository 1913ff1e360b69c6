//! Take-over of paper books (期初结转): points from before the first day, once for each
//! volunteer, seen by two persons.
//!
//! `faulty | checked -> committing -> committed`. One person uploads a file; every row is
//! checked as live writes are, and nothing in it may be about herself or her kin. Another reads
//! the rows, name by name, and confirms what she saw by its digest; then a task books the rows in
//! small transactions, each moving the mark up to which all is done. What nobody is to book any
//! more is `discarded`, by one of the two, for ever: also the rest of a booking that was stopped.
//! A row is known for ever by the site, the source and its own id, so that nothing is booked
//! twice however often a file is sent.
//!
//! | file | for |
//! |---|---|
//! | `table` | CSV and XLSX to lines (pure) |
//! | `domain` | what is wrong with lines, and their digest (pure) |
//! | `service` | checking a file, committing it, discarding it |
//! | `booking` | booking its rows, chunk by chunk |
//! | `reading` | files, rows and faults as lists and CSV |

mod booking;
mod domain;
mod dto;
mod error;
mod reading;
mod repository;
mod routes;
mod service;
mod table;

pub(crate) use booking::Booking;
pub(crate) use error::ALL as CODES;
pub(crate) use routes::configure;
