// The page on which a villager checks her receipt: over HTTP and saved as a file, on a phone.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";

import { api, inBrowser, signIn, startStage } from "./browser.mjs";
import { fits } from "./reader.mjs";

const PHONE = { width: 360, height: 740 };
let stage, folder, paper;

before(async () => {
  stage = await startStage();
  folder = await mkdtemp(join(tmpdir(), "verify-"));
  paper = await print(stage.base);
  const page = await (await fetch(`${stage.base}/public/verify`)).text();
  await writeFile(join(folder, "verify.html"), page);
});
after(async () => {
  stage?.end();
  if (folder) await rm(folder, { recursive: true });
});

/** What she has in her hands, and what hangs on the wall. */
async function print(base) {
  const token = await signIn("zhang-xiulan", base);
  const entries = (await api("GET", "/v1/me/ledger-entries", { token, base })).body.items;
  const shown = (await api("GET", `/v1/me/ledger-entries/${entries[0].id}/proof`, { token, base })).body;
  const keys = (await api("GET", `/v1/trees/${shown.checkpoint.tree}/keys`, { base })).body.items;
  const key = keys.find((each) => each.algorithm === "ed25519");
  const index = shown.line.split("|")[2];
  const leaf = (await api("GET", `/v1/trees/${shown.checkpoint.tree}/leaves/${index}/proof`, { base })).body;
  return { ...shown, shown, leaf, root: shown.checkpoint.root_printed, keys, key: key.key, fingerprint: key.fingerprint };
}

/** Opens the page at one of its two places, fills it in and reads the answer. */
async function check(place, fields, { blind = false, shot } = {}) {
  const file = pathToFileURL(join(folder, "verify.html")).href;
  const [url, base] = place === "http" ? [`${stage.base}/public/verify`, stage.base] : [file, "file://"];
  let said;
  await inBrowser(
    async (page) => {
      await page.setViewportSize(PHONE);
      if (blind) await page.addInitScript(forgetEd25519);
      await page.goto(url);
      await page.locator("#more summary").click();
      for (const [id, text] of Object.entries(fields)) await page.locator(`#${id}`).fill(text);
      await page.getByRole("button", { name: "核对" }).click();
      const answer = page.locator("#answer");
      await answer.locator("h2").waitFor();
      await fits(page);
      if (process.env.SHOTS && shot) {
        await page.screenshot({ path: `${process.env.SHOTS}/verify-${place}-${shot}.png`, fullPage: true });
      }
      said = { kind: await answer.getAttribute("class"), text: await answer.innerText() };
    },
    { base },
  );
  return said;
}

/** A browser of some years ago. */
function forgetEd25519() {
  const known = SubtleCrypto.prototype.importKey;
  SubtleCrypto.prototype.importKey = function (format, key, algorithm, ...rest) {
    const name = typeof algorithm === "string" ? algorithm : algorithm.name;
    if (name === "Ed25519") return Promise.reject(new DOMException("unknown", "NotSupportedError"));
    return known.call(this, format, key, algorithm, ...rest);
  };
}

const whole = () => ({ proof: paper.proof, root: paper.root, keys: paper.key, fingerprint: paper.fingerprint });

/** The proof with one letter of its plain signature changed: the third letter of the 64 bytes. */
function forged() {
  const [name, id] = paper.key.split("+");
  const lines = paper.proof.split("\n");
  const at = lines.findIndex((line) => {
    if (!line.startsWith(`\u2014 ${name} `)) return false;
    return Buffer.from(line.split(" ")[2], "base64").subarray(0, 4).toString("hex") === id;
  });
  assert.ok(at > 0, paper.proof);
  const letters = [...lines[at]];
  const place = letters.length - 40;
  letters[place] = letters[place] === "A" ? "B" : "A";
  lines[at] = letters.join("");
  return lines.join("\n");
}

for (const place of ["http", "file"]) {
  test(`${place}: a true line is accepted, and each thing that was checked is named`, async () => {
    const { kind, text } = await check(place, whole(), { shot: "yes" });
    assert.equal(kind, "yes", text);
    assert.match(text, /✔ 相符/);
    assert.match(text, /公告栏已核对/);
    assert.match(text, /签名已核对：.*与您填写的相符/);
    assert.match(text, /签名未核对：另有 1 个/);
    assert.ok(text.includes(paper.line), text);
  });

  test(`${place}: one changed byte is refused`, async () => {
    const changed = paper.line.replace(/\|\+(\d)/, (all, digit) => `|+${digit === "9" ? "8" : "9"}`);
    assert.notEqual(changed, paper.line);
    const bare = paper.proof.split("\n").filter((line) => !line.startsWith("extra ")).join("\n");
    const { kind, text } = await check(place, { ...whole(), proof: bare, line: changed }, { shot: "no" });
    assert.equal(kind, "no", text);
    assert.match(text, /✘ 不相符：这一行不在所证明的账里/);
    assert.doesNotMatch(text, /已核对/);
  });

  test(`${place}: a false signature is refused, though the wall's letters are right`, async () => {
    const { kind, text } = await check(place, { ...whole(), proof: forged() });
    assert.equal(kind, "no", text);
    assert.match(text, /签名是假的/);
  });

  test(`${place}: a browser that cannot check signatures says so and never calls them good`, async () => {
    const { kind, text } = await check(place, whole(), { blind: true, shot: "blind" });
    assert.equal(kind, "yes", text);
    assert.match(text, /公告栏已核对/);
    assert.match(text, /签名未核对：这个浏览器/);
    assert.doesNotMatch(text, /签名已核对/);
    const alone = await check(place, { ...whole(), root: "" }, { blind: true });
    assert.equal(alone.kind, "open", alone.text);
    assert.doesNotMatch(alone.text, /相符/);
  });
}

test("the square's short text is checked against the wall, and its missing signature is named", async () => {
  const good = await check("file", { proof: paper.short, root: paper.root });
  assert.equal(good.kind, "yes", good.text);
  assert.match(good.text, /签名未核对：没有填写公钥/);
  assert.doesNotMatch(good.text, /全账共/, "nobody vouches for the size");
  const other = paper.root.replace(/^./, (letter) => (letter === "0" ? "1" : "0"));
  const bad = await check("file", { proof: paper.short, root: other });
  assert.equal(bad.kind, "no", bad.text);
  assert.match(bad.text, /与公告栏上印的不同：请先确认收据与公告是同一期.*兑换点/);
  const nothing = await check("file", { proof: paper.short });
  assert.equal(nothing.kind, "open", nothing.text);
});

/** As a Chinese keyboard writes it. */
const wide = (text) => text.replace(/[!-~]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0));

const TAKEN = {
  "full-width letters and other separators": () => ({
    proof: paper.short,
    root: wide(paper.root.toLowerCase()).replace(/ /g, "、"),
  }),
  "a full-width fingerprint": () => ({ ...whole(), fingerprint: wide(paper.fingerprint).replace(/ /g, "：") }),
  "the whole answer": () => ({
    ...whole(),
    proof: JSON.stringify({ line: paper.line, proof: paper.proof, short: paper.short, svg: paper.svg }),
  }),
  "the whole answer with everything in it": () => ({ ...whole(), proof: JSON.stringify(paper.shown) }),
  "the answer about a leaf": () => ({ ...whole(), proof: JSON.stringify(paper.leaf), line: paper.line }),
  "the file with the line ends of old Macintoshes": () => ({ ...whole(), proof: paper.proof.replace(/\n/g, "\r") }),
  "the square's text with spaces for line breaks": () => ({
    proof: paper.short.replace(/\n/g, " "),
    root: paper.root,
  }),
  "the file with spaces for line breaks": () => ({ ...whole(), proof: paper.proof.replace(/\s+/g, " ") }),
  "the file with the line ends of Windows": () => ({ ...whole(), proof: paper.proof.replace(/\n/g, "\r\n") }),
};
for (const [name, fields] of Object.entries(TAKEN)) {
  test(`taken: ${name}`, async () => {
    const { kind, text } = await check("file", fields());
    assert.equal(kind, "yes", text);
  });
}

const bare = () => paper.proof.split("\n").filter((row) => !row.startsWith("extra ")).join("\n");
const MISTAKES = {
  "nothing given": [() => ({}), /第一格/],
  "something else": [() => ({ ...whole(), proof: "你好" }), /不是收据的证明/],
  "an answer without proof": [() => ({ ...whole(), proof: "{}" }), /没有证明/],
  "no line": [() => ({ ...whole(), proof: bare() }), /第二格/],
  "half a line": [() => ({ ...whole(), line: paper.line.slice(0, -3) }), /对照收据/],
  "half a square": [() => ({ proof: paper.short.slice(0, -8), root: paper.root }), /不完整/],
  "twelve groups": [() => ({ proof: paper.short, root: paper.root.slice(0, -5) }), /13 组.*现在有 48 位/],
  "seven groups of a fingerprint": [() => ({ ...whole(), fingerprint: paper.fingerprint.slice(0, -5) }), /8 组/],
  "a fingerprint without key": [() => ({ ...whole(), keys: "" }), /公钥全文也贴上/],
  "half a key": [() => ({ ...whole(), keys: paper.key.slice(0, -5), fingerprint: "" }), /公钥认不出/],
};
for (const [name, [fields, said]] of Object.entries(MISTAKES)) {
  test(`not red: ${name}`, async () => {
    const { kind, text } = await check("file", fields());
    assert.equal(kind, "open", text);
    assert.match(text, /未能核对：/);
    assert.match(text, said);
    assert.doesNotMatch(text, /不相符|监督员/);
  });
}

const forgedLine = () => paper.line.replace(/\|\+(\d)/, (all, digit) => `|+${digit === "9" ? "8" : "9"}`);
const LIES = {
  line: () => ({ ...paper.shown, line: forgedLine() }),
  leaf_hash: () => ({ ...paper.shown, leaf_hash: "0".repeat(64) }),
  size: () => ({ ...paper.shown, checkpoint: { ...paper.shown.checkpoint, size: 1000 } }),
  root_printed: () => ({ ...paper.shown, checkpoint: { ...paper.shown.checkpoint, root_printed: "0000 ".repeat(13) } }),
};
for (const [name, answer] of Object.entries(LIES)) {
  test(`red: an answer whose ${name} is not what its proof says`, async () => {
    const { kind, text } = await check("file", { ...whole(), proof: JSON.stringify(answer()) });
    assert.equal(kind, "no", text);
    assert.ok(text.includes(`${name} 与证明里的不同`), text);
  });
}

test("a path with a hash too few is incomplete and no lie", async () => {
  const at = paper.proof.split("\n").findIndex((row) => row.length === 44);
  const { kind, text } = await check("file", { ...whole(), proof: paper.proof.split("\n").toSpliced(at, 1).join("\n") });
  assert.equal(kind, "open", text);
  assert.match(text, /证明不完整/);
});

test("a false signature is red beside a mistake in typing", async () => {
  const { kind, text } = await check("file", { ...whole(), proof: forged(), root: "3SZW" });
  assert.equal(kind, "no", text);
});

test("a key without fingerprint and wall is nobody's: anybody can make one", async () => {
  const { kind, text } = await check("http", { proof: paper.proof, keys: JSON.stringify(paper.keys) }, { shot: "key" });
  assert.equal(kind, "open", text);
  assert.match(text, /未能核对：只有公钥不够，请填写公示牌上的指纹/);
  assert.match(text, /是不是所公布的账未核对/);
  assert.match(text, /请与公示牌上的指纹对照/);
  assert.doesNotMatch(text, /相符|全账共/);
  const wall = await check("http", { proof: paper.proof, keys: paper.key, root: paper.root });
  assert.equal(wall.kind, "yes", wall.text);
  assert.doesNotMatch(wall.text, /全账共/, "a key that nobody compared vouches for no size");
});

test("keys are taken as the service lists them, wrong ones are not", async () => {
  const listed = { proof: paper.proof, keys: JSON.stringify(paper.keys), fingerprint: paper.fingerprint };
  const { kind, text } = await check("http", listed);
  assert.equal(kind, "yes", text);
  assert.match(text, /公告栏未核对/);
  assert.match(text, /全账共/);
  assert.equal(text.match(/签名已核对/g).length, paper.keys.length, text);
  const strange = paper.fingerprint.replace(/^./, (digit) => (digit === "0" ? "1" : "0"));
  const other = await check("http", { ...whole(), fingerprint: strange });
  assert.match(other.text, /与公示牌上的指纹不同/);
  assert.equal(other.kind, "no");
  const copied = await check("http", { ...whole(), keys: paper.key.replace(/.$/, (l) => (l === "A" ? "B" : "A")) });
  assert.match(copied.text, /公钥抄写有误/);
  assert.equal(copied.kind, "open", copied.text);
});
