//! The page on which a villager checks her receipt. It works alone, also saved as a file:
//! style and script stand inside it, and the policy allows just these two.

use actix_web::HttpResponse;
use actix_web::web::Data;
use data_encoding::BASE64;

use super::html;
use crate::app::App;
use crate::paper::county_notes;
use crate::paper::frame::plain_footer;
use crate::platform::crypto::digest::sha256;

const PAGE: &str = include_str!("assets/verify.html");

/// The page with where to complain, as on every public page. A receipt can be checked even when
/// the settings cannot be read.
pub(super) async fn page(app: Data<App>) -> HttpResponse {
    let notes = county_notes(&app).await.ok();
    html(&policy()).body(with(&notes.as_ref().map(plain_footer).unwrap_or_default()))
}

/// The page with a footer behind its text; style and script stay as the policy names them.
fn with(footer: &str) -> String {
    PAGE.replacen("<script>", &format!("{footer}<script>"), 1)
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

    #[test]
    fn the_footer_stands_before_the_script_and_changes_nothing_else() {
        let page = with("<footer>028</footer>\n");
        assert!(page.contains("<footer>028</footer>\n<script>"), "{page}");
        assert_eq!(page.replace("<footer>028</footer>\n", ""), PAGE);
    }
}
