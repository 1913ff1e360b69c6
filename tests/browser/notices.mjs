// A notice in large type: read without scripts on a phone and on the station's television.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startStage } from "./browser.mjs";
import { contrast, fits, read, type } from "./reader.mjs";

let scene;
before(async () => {
  scene = await startStage();
});
after(() => scene?.end());

for (const [what, size, least] of [["a phone", [390, 844], 20], ["a television", [1920, 1080], 28]]) {
  test(`everybody reads a notice on ${what}`, async () => {
    await read(scene.base, `/public/notices/${scene.notice}`, size, async (page) => {
      assert.match(await page.locator("h1").innerText(), /积分公示$/);
      assert.match(await page.locator("main").innerText(), /公示中/);
      assert.equal(await page.locator("tbody tr").count(), 50);
      assert.match(await page.locator("tbody tr").first().innerText(), /尾号/);
      assert.match(await page.locator("footer").innerText(), /异议与投诉/);
      const points = await type(page.locator("td.points").first());
      assert.ok(points.size >= least, `${points.size} px`);
      for (const where of ["h1", "td.who", "footer p", "nav a"]) {
        const { colour } = await type(page.locator(where).first());
        assert.ok(contrast(colour, "rgb(255, 255, 255)") >= 7, `${where} ${colour}`);
      }
      await fits(page);

      await page.locator("nav a", { hasText: "下一页" }).click();
      assert.equal(await page.locator("tbody tr").count(), 11);
      assert.match(await page.locator("nav").innerText(), /第2页，共2页/);
      await page.locator("nav a", { hasText: "上一页" }).click();
    });
  });
}

test("the notices of a site lead to each of them", async () => {
  await read(scene.base, `/public/sites/${scene.town}/notices`, [390, 844], async (page) => {
    await page.locator("li a").first().click();
    assert.match(page.url(), new RegExp(`/public/notices/${scene.notice}$`));
  });
});

test("what can be no page shows the first, and a long address is cut off nowhere", async () => {
  await read(scene.base, `/public/notices/${scene.notice}?page=abc`, [390, 844], async (page) => {
    assert.match(await page.locator("nav").innerText(), /第1页，共2页/);
    await page.evaluate(() => {
      const address = `https://example.gov.cn/${"a".repeat(200)}`;
      document.querySelector("footer p").textContent = address;
      document.querySelector("td.who").textContent = address;
    });
    await fits(page);
  });
});
