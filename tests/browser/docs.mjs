// The explorer: signs in with a sandbox code and executes an operation; then the problem pages.

import assert from "node:assert/strict";
import { test } from "node:test";

import { BASE, inBrowser } from "./browser.mjs";

/** Presses "Execute" of an operation and reads the status it was answered with. */
async function execute(page, tag, operation) {
  const block = page.locator(`#operations-${tag}-${operation}`);
  if (!(await block.locator(".opblock-body").isVisible().catch(() => false))) {
    await block.locator(".opblock-summary-control").click();
  }
  await block.locator("button.execute").click();
  const live = block.locator(".live-responses-table tr.response");
  await live.waitFor();
  return {
    status: (await live.locator(".response-col_status").innerText()).trim().split(/\s/)[0],
    body: await live.locator(".response-col_description").innerText(),
  };
}

test("a reader signs in with a sandbox code and reads her sessions", async () => {
  await inBrowser(
    async (page) => {
      await page.goto(`${BASE}/docs`);
      await page.locator("body[data-ready]").waitFor();
      assert.match(await page.locator(".info .title").innerText(), /积分银行/);
      if (!(await page.locator("#operations-auth-session_list").isVisible())) {
        await page.locator("#operations-tag-auth").click();
      }

      const before = await execute(page, "auth", "session_list");
      assert.equal(before.status, "401");

      await page.fill("#code", "nonsense");
      await page.click("#sign-in button");
      await page.locator("#state", { hasText: "wechat_code_invalid" }).waitFor();
      await page.fill("#code", "demo:docs-reader");
      await page.click("#sign-in button");
      await page.locator("#state", { hasText: "已登录" }).waitFor();

      const block = page.locator("#operations-auth-session_list");
      const answered = page.waitForResponse((answer) => answer.url().endsWith("/v1/me/sessions"));
      await block.locator("button.execute").click();
      assert.equal((await answered).status(), 200);
      await block.locator("tr.response .response-col_status", { hasText: "200" }).first().waitFor();
      assert.match(await block.locator(".live-responses-table").innerText(), /"current": true/);
    },
    // Chromium reports the two refusals this test asks for.
    { expectedErrors: [/status of 401/] },
  );
});

test("an explored write carries an idempotency key", async () => {
  await inBrowser(async (page) => {
    await page.goto(`${BASE}/docs`);
    await page.locator("body[data-ready]").waitFor();
    await page.fill("#code", "demo:docs-writer");
    await page.click("#sign-in button");
    await page.locator("#state", { hasText: "已登录" }).waitFor();
    if (!(await page.locator("#operations-auth-auth_logout").isVisible())) {
      await page.locator("#operations-tag-auth").click();
    }

    const sent = page.waitForRequest((request) => request.url().endsWith("/v1/auth/logout"));
    const { status } = await execute(page, "auth", "auth_logout");

    assert.equal(status, "204");
    assert.match((await (await sent).allHeaders())["idempotency-key"], /^[0-9a-f]{32}$/);
  });
});

test("every problem page is reached from the index", async () => {
  await inBrowser(async (page) => {
    await page.goto(`${BASE}/problems`);
    const links = page.locator("tbody a");
    assert.ok((await links.count()) > 20);
    await links.filter({ hasText: "token_expired" }).click();
    await page.locator("h1", { hasText: "登录已过期" }).waitFor();
    assert.match(await page.locator("main").innerText(), /auth\/refresh/);
    const width = await page.evaluate(() => getComputedStyle(document.querySelector("main")).maxWidth);
    assert.notEqual(width, "none", "the style sheet is applied");
  });
});
