//! The line on her paper, checked without the service: it is in the tree, and one changed byte
//! is found.

#![expect(
    clippy::indexing_slicing,
    reason = "indexing a JSON value answers null where there is nothing"
)]

use std::path::Path;
use std::process::Command;

use super::stage::{Stage, text};
use super::story::{Cast, find};

/// Tells how a villager checks her line against the root on the bulletin.
///
/// # Errors
/// Where it could not go on.
pub(super) async fn tell(stage: &mut Stage, cast: &Cast, root: &str) -> Result<(), String> {
    let who = cast.newcomer();
    let entries = stage.get(who, "查看积分流水", "/v1/me/ledger-entries").await?;
    let entry = text(&find(&entries.body["items"], "kind", "earn")?, "id")?;
    let path = format!("/v1/me/ledger-entries/{entry}/proof");
    let printed = stage.get(who, "打印流水凭条", &path).await?.body;
    let (line, proof) = (text(&printed, "line")?, text(&printed, "proof")?);

    let file = std::env::temp_dir().join(format!("points-bank-proof-{}.txt", std::process::id()));
    std::fs::write(&file, proof).map_err(|error| error.to_string())?;
    let right = verify(&file, &line, root);
    let forged = verify(&file, &change_one_byte(&line), root);
    std::fs::remove_file(&file).map_err(|error| error.to_string())?;
    let (right, forged) = (right?, forged?);
    stage.told(who, "离线核对凭条与季度公开的根", right);
    stage.told(who, "离线核对改过一个字节的凭条", !forged);
    stage.check(right, "her line is in the tree of the bulletin");
    stage.check(!forged, "a changed byte is found");
    Ok(())
}

/// Asks the program as she would, without the service.
fn verify(proof: &Path, line: &str, root: &str) -> Result<bool, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let asked = Command::new(program)
        .arg("verify")
        .arg(proof)
        .args(["--line", line, "--root", root])
        .env_clear()
        .output();
    Ok(asked.map_err(|error| error.to_string())?.status.success())
}

/// Her points, one digit higher.
fn change_one_byte(line: &str) -> String {
    let (before, after) = line.split_once("|+").unwrap_or((line, ""));
    let mut digits = after.chars();
    let next = digits.next().and_then(|digit| digit.to_digit(10)).map_or(0, |d| (d + 1) % 10);
    format!("{before}|+{next}{}", digits.as_str())
}
