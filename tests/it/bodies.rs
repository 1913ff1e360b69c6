//! The length of bodies: what is too long is refused at once, however it is sent.

use std::time::{Duration, Instant};

use entity::opening_import;
use entity::role_assignment::Role;
use harness::{Document, TestApp};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Far below the deadline of a request, at which it would be answered 503.
const PROMPT: Duration = Duration::from_secs(5);

/// One operation, how long its body may be, and a request's head without its length.
struct Upload {
    limit: usize,
    head: String,
}

impl Upload {
    fn new(path: &str, limit: usize, token: &str) -> Self {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
             Idempotency-Key: bodies-0123456789\r\nAuthorization: Bearer {token}\r\n"
        );
        Self { limit, head }
    }

    /// Begins a request with this framing; `more` is sent again and again until an answer
    /// comes. Answers the status, the problem, and how long it took.
    async fn send(&self, app: &TestApp, framing: &str, more: &[u8]) -> (String, Value, Duration) {
        let address = app.base.trim_start_matches("http://");
        let socket = TcpStream::connect(address).await.expect("a connection");
        let (mut reader, mut writer) = socket.into_split();
        let (started, head) = (Instant::now(), format!("{}{framing}\r\n\r\n", self.head));
        writer.write_all(head.as_bytes()).await.expect("sent");
        let more = more.to_vec();
        let sending = actix_web::rt::spawn(async move {
            // Ends when the service does not listen any more.
            while !more.is_empty() && writer.write_all(&more).await.is_ok() {}
            writer
        });
        let mut answer = Vec::new();
        let whole = |text: &[u8]| text.ends_with(b"}") && !text.starts_with(b"HTTP/1.1 100");
        while !whole(&answer) {
            let mut part = [0; 4096];
            let wait = Duration::from_secs(60);
            let read = tokio::time::timeout(wait, reader.read(&mut part)).await;
            let length = read.expect("in time").expect("an answer");
            assert!(length > 0, "closed after {:?}", String::from_utf8_lossy(&answer));
            answer.extend_from_slice(&part[..length]);
        }
        let took = started.elapsed();
        sending.abort();
        let text = String::from_utf8(answer).expect("text");
        let (head, body) = text.split_once("\r\n\r\n").expect("a head");
        let status = head.split(' ').nth(1).expect("a status");
        (status.to_owned(), serde_json::from_str(body).expect("JSON"), took)
    }

    async fn assert_refused(&self, app: &TestApp, framing: &str, more: &[u8]) {
        let (status, problem, took) = self.send(app, framing, more).await;
        let said = (&*status, &problem["code"], &problem["limit_bytes"]);
        let expected = ("413", &json!("body_too_large"), &json!(self.limit));
        assert_eq!(said, expected, "{framing} {}", self.head);
        assert!(problem["detail"].as_str().is_some_and(|text| text.contains("最多")), "{problem}");
        assert!(took < PROMPT, "{framing}: after {took:?}");
    }
}

#[actix_web::test]
async fn a_body_above_the_limit_is_refused_at_once_and_nothing_is_kept() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    app.staff("manager", Role::StationManager, station).await;
    let signed_in = json!({"code": "demo:manager#bodies"});
    let pair = app.anonymous().post("/v1/auth/wechat-login", signed_in).await.ok();
    let token = pair["access_token"].as_str().expect("a token");
    let document = Document::checked_in();
    let large = document.operations().into_iter().filter_map(|operation| {
        let limit = usize::try_from(operation.fact("x-body-limit").as_u64()?).expect("small");
        Some((operation.path.replace("{site_id}", &station.id.to_string()), limit))
    });
    let ordinary = (format!("/v1/sites/{}/goods", station.id), 64 * 1024);
    let mut uploads: Vec<_> = large.chain([ordinary]).collect();
    assert!(uploads.len() > 1, "no operation takes a large body");
    uploads.sort();

    for (path, limit) in uploads {
        let upload = Upload::new(&path, limit, token);
        // Nothing of it has been sent yet, and nothing will be.
        upload.assert_refused(&app, &format!("Content-Length: {}", limit + 1), b"").await;
        upload.assert_refused(&app, "Content-Length: 99999999999999", b"").await;
        // A client that goes on sending, whatever it is told.
        upload.assert_refused(&app, "Content-Length: 99999999999999", &[b'a'; 65536]).await;
        let chunk = format!("10000\r\n{}\r\n", "a".repeat(0x10000));
        upload.assert_refused(&app, "Transfer-Encoding: chunked", chunk.as_bytes()).await;
    }

    assert_eq!(opening_import::Entity::find().count(&app.db).await.expect("a count"), 0);
}

#[actix_web::test]
async fn a_body_one_byte_above_the_limit_sent_in_whole_is_refused() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let manager = app.staff("manager", Role::StationManager, station).await;
    let path = format!("/v1/sites/{}/opening-imports", station.id);
    let limit = 7 * 1024 * 1024;
    let padded = |length: usize| {
        let frame = json!({"source": "纸质积分册", "format": "csv", "content": ""}).to_string();
        let content = "A".repeat(length - frame.len());
        json!({"source": "纸质积分册", "format": "csv", "content": content})
    };

    let above = manager.post(&path, padded(limit + 1)).await;
    let within = manager.post(&path, padded(limit)).await;

    above.assert_problem(413, "body_too_large");
    assert_eq!(above.json()["detail"], "最多7 MiB");
    assert_ne!(within.status, 413, "{}", within.describe());
}
