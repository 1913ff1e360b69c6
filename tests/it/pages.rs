//! The pages for people: the explorer, and what each problem means.

use api::http::type_path;
use harness::{Answer, TestApp};

fn text(page: &Answer) -> String {
    assert_eq!(page.status, 200, "{}", page.describe());
    String::from_utf8(page.body.clone()).expect("UTF-8")
}

/// A page may load from this service only.
fn assert_local(page: &Answer) {
    let policy = page.headers.get("content-security-policy").expect("a content policy");
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    assert!(!policy.contains("http") && !policy.contains('*'), "{policy}");
    assert_eq!(page.headers["content-type"], "text/html; charset=utf-8");
    let text = text(page);
    assert!(!text.contains("http://") && !text.contains("https://"), "{text}");
}

#[actix_web::test]
async fn every_problem_has_a_page_at_its_type() {
    let app = TestApp::start().await;
    let reader = app.anonymous();
    let index = reader.get("/problems").await;
    assert_local(&index);
    let index = text(&index);

    for code in api::openapi::CODES.iter() {
        let path = type_path(code);
        let page = reader.get(&path).await;
        assert_local(&page);
        let page = text(&page);
        for part in [code.name, code.title, &code.status.to_string()] {
            assert!(page.contains(part), "{path}: {part}");
        }
        assert!(page.contains("What to do") && page.contains("怎么办"), "{path}");
        assert!(index.contains(&format!("href=\"{path}\"")), "{path} is not in the index");
    }
    for wrong in ["/problems/no-such-thing", "/problems/not_found", "/problems/Not-Found"] {
        reader.get(wrong).await.assert_problem(404, "not_found");
    }
}

#[actix_web::test]
async fn an_answer_points_to_its_page() {
    let app = TestApp::start().await;
    let refused = app.anonymous().get("/v1/me/sessions").await;
    refused.assert_problem(401, "unauthenticated");

    let page = app.anonymous().get(refused.json()["type"].as_str().expect("a type")).await;

    assert!(text(&page).contains("<code>unauthenticated</code>"));
}

#[actix_web::test]
async fn the_explorer_comes_out_of_the_binary() {
    let app = TestApp::start().await;
    let reader = app.anonymous();
    let page = reader.get("/docs").await;
    assert_local(&page);

    let page = text(&page);
    let files = page.split(['"']).filter(|part| part.starts_with('/'));
    let mut kinds = Vec::new();
    for file in files {
        let answer = reader.get(file).await;
        assert_eq!(answer.status, 200, "{file}");
        kinds.push(answer.headers["content-type"].clone());
    }
    assert_eq!(kinds.len(), 4, "{kinds:?}");
    assert!(kinds.iter().all(|kind| kind.contains("javascript") || kind.contains("css")));
    reader.get("/docs/index.html").await.assert_problem(404, "not_found");
    reader.get("/docs/..%2fCargo.toml").await.assert_problem(404, "not_found");
}

#[actix_web::test]
async fn the_explorer_is_served_only_where_wanted() {
    let app = TestApp::start_with(|config| config.server.docs = false).await;
    let reader = app.anonymous();

    reader.get("/docs").await.assert_problem(404, "not_found");
    reader.get("/docs/docs.js").await.assert_problem(404, "not_found");
    assert_eq!(reader.get("/problems").await.status, 200);
}
