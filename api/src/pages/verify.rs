//! The page on which a villager checks her receipt. It works alone, also saved as a file:
//! style and script stand inside it, and the policy allows just these two.

use actix_web::HttpResponse;
use data_encoding::BASE64;

use super::html;
use crate::platform::crypto::digest::sha256;

const PAGE: &str = include_str!("assets/verify.html");

pub(super) async fn page() -> HttpResponse {
    html(&policy()).body(PAGE)
}

fn policy() -> String {
    let hash = |name: &str| BASE64.encode(&sha256(inside(name).as_bytes()));
    format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'",
        hash("script"),
        hash("style")
    )
}

/// What stands between an element's tags.
fn inside(name: &str) -> &'static str {
    let after = PAGE.split_once(&format!("<{name}>")).map_or("", |(_, rest)| rest);
    after.split_once(&format!("</{name}>")).map_or("", |(text, _)| text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_names_what_the_page_holds() {
        assert!(inside("script").contains("crypto.subtle") && inside("style").contains("body{"));
        assert_eq!(PAGE.matches("<script").count() + PAGE.matches("<style").count(), 2);
    }
}
