//! Black-box tests over HTTP, one module per slice, one file per operation.

// Marked as test code so that its plain helper functions may unwrap, too.
#[cfg(test)]
mod activity;
mod architecture;
// Marked as test code so that its plain helper functions may unwrap, too.
mod attendance;
#[cfg(test)]
mod audit;
mod auth;
// Marked as test code so that its plain helper functions may unwrap, too.
#[cfg(test)]
mod bodies;
// Marked as test code so that its plain helper functions may unwrap, too.
#[cfg(test)]
mod bulletin;
mod calendar;
// Marked as test code so that its plain helper functions may unwrap, too.
#[cfg(test)]
mod canary;
mod card;
mod claim;
mod conditional;
mod coverage;
mod disqualification;
#[cfg(test)]
mod extremes;
mod faults;
mod forwarded;
// Marked as test code so that its plain helper functions may unwrap, too.
#[cfg(test)]
mod fraud;
mod goods;
mod http;
// Marked as test code so that its plain helper functions may unwrap, too.
#[cfg(test)]
mod law;
// Marked as test code so that its plain helper functions may unwrap, too.
#[cfg(test)]
mod ledger;
// Marked as test code so that its plain helper functions may unwrap, too.
#[cfg(test)]
mod machines;
mod me;
// Marked as test code so that its plain helper functions may unwrap, too.
#[cfg(test)]
mod migrations;
mod objection;
mod openapi;
mod opening;
mod pages;
// Marked as test code so that its plain helper functions may unwrap, too.
#[cfg(test)]
mod publicity;
mod redemption;
mod replay;
mod rule;
mod site;
mod supervision;
mod task;
mod tenancy;
// Marked as test code so that its plain helper functions may unwrap, too.
#[cfg(test)]
mod tree;
mod volunteer;
