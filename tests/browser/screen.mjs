// The station screen: a camera reads the square it shows, and a volunteer checks in with it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import jsQR from "jsqr";
import { PNG } from "pngjs";

import { api, inBrowser, signIn, startStage } from "./browser.mjs";

let scene;
before(async () => {
  scene = await startStage();
});
after(() => scene?.end());

/** Pairs a screen; answers what the service said of it. */
async function pair() {
  const staff = await signIn("manager", scene.base);
  const path = `/v1/activities/${scene.activity}/screens`;
  const paired = await api("POST", path, { token: staff, body: {}, base: scene.base });
  assert.equal(paired.status, 200, JSON.stringify(paired.body));
  return paired.body;
}

/** What a camera sees on the page; undefined when there is no square. */
async function look(page) {
  const { data, width, height } = PNG.sync.read(await page.screenshot());
  return jsQR(new Uint8ClampedArray(data), width, height)?.data;
}

async function until(what, attempt, patienceMs = 20_000) {
  const end = Date.now() + patienceMs;
  while (Date.now() < end) {
    const value = await attempt();
    if (value) return value;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  assert.fail(`never saw ${what}`);
}

test("a volunteer checks in with the square, which changes and ends with the screen", async () => {
  const { base } = scene;
  const screen = await pair();
  await inBrowser(
    async (page) => {
      await page.goto(base + screen.path);
      assert.equal(await page.locator("#title").innerText(), "清扫村道，美化家园");
      assert.equal(await page.locator("#count").innerText(), "0");
      const code = await until("a square", () => look(page));
      assert.ok(!page.url().includes(code) && !code.includes("http"), "the code is no address");

      const token = await signIn("zhang-xiulan", base);
      const scanned = await api("POST", "/v1/check-ins", { token, body: { code, activity_id: scene.activity }, base });
      assert.equal(scanned.status, 200, JSON.stringify(scanned.body));
      assert.equal(scanned.body.repeated, false);

      const next = await until("another square", async () => {
        const seen = await look(page);
        return seen !== undefined && seen !== code ? seen : undefined;
      });
      assert.notEqual(next, code);
      await until("one person in", async () => (await page.locator("#count").innerText()) === "1");

      await page.click("#out");
      await page.locator("#what", { hasText: "扫码签退" }).waitFor();

      const staff = await signIn("manager", base);
      const path = `/v1/activities/${scene.activity}/screens/${screen.id}`;
      assert.equal((await api("DELETE", path, { token: staff, base })).status, 200);
      await page.locator("#notice", { hasText: "已停用" }).waitFor({ timeout: 20_000 });
      assert.equal(await look(page), undefined, "the square is gone");
      const late = await api("POST", "/v1/check-outs", { token, body: { code: next }, base });
      assert.notEqual(late.status, 200, "a code of a stopped screen");
    },
    // Chromium reports the 404 that tells the page its screen was stopped.
    { base, expectedErrors: [/status of 404/] },
  );
});

test("the square goes dark when the network does", async () => {
  const { base } = scene;
  const screen = await pair();
  await inBrowser(
    async (page) => {
      await page.goto(base + screen.path);
      await until("a square", () => look(page));
      await page.context().setOffline(true);
      await page.locator("#notice", { hasText: "网络已断开" }).waitFor({ timeout: 40_000 });
      assert.equal(await look(page), undefined, "an old square must not stay");
      await page.context().setOffline(false);
      await until("a square again", () => look(page));
    },
    { base, expectedErrors: [/ERR_INTERNET_DISCONNECTED/] },
  );
});

test("an address that does not exist shows nothing", async () => {
  const { base } = scene;
  await inBrowser(
    async (page) => {
      const answer = await page.goto(`${base}/screen/no-such-screen`);
      assert.equal(answer.status(), 404);
      assert.match(await page.locator("body").innerText(), /已停用/);
      assert.equal(await look(page), undefined);
    },
    { base, expectedErrors: [/status of 404/] },
  );
});
