// A notice in large type: read without scripts on a phone and on the station's television.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { inBrowser, startStage } from "./browser.mjs";

let scene;
before(async () => {
  scene = await startStage();
});
after(() => scene?.end());

/** Opens a path at a size, with scripts switched off. */
async function read(path, [width, height], look) {
  await inBrowser(
    async (page) => {
      const context = await page.context().browser().newContext({
        javaScriptEnabled: false,
        locale: "zh-CN",
        viewport: { width, height },
      });
      const reader = await context.newPage();
      const asked = [];
      reader.on("request", (request) => asked.push(request.url()));
      const answer = await reader.goto(scene.base + path);
      assert.equal(answer.status(), 200);
      await look(reader);
      assert.ok(asked.every((url) => url.startsWith(scene.base)), asked.join(" "));
      if (process.env.SHOTS) await reader.screenshot({ path: `${process.env.SHOTS}/notice-${width}.png` });
    },
    { base: scene.base },
  );
}

/** Relative luminance contrast of two colours like "rgb(1, 2, 3)" (WCAG 2). */
function contrast(one, other) {
  const luminance = (colour) => {
    const [r, g, b] = colour.match(/\d+/g).slice(0, 3).map((part) => {
      const c = Number(part) / 255;
      return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

/** Size and colour of a type, by the element. */
const type = (locator) => locator.evaluate((element) => {
  const style = getComputedStyle(element);
  return { size: parseFloat(style.fontSize), colour: style.color };
});

for (const [what, size, least] of [["a phone", [390, 844], 20], ["a television", [1920, 1080], 28]]) {
  test(`everybody reads a notice on ${what}`, async () => {
    await read(`/public/notices/${scene.notice}`, size, async (page) => {
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
      const [wide, seen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      assert.ok(wide <= seen, `${wide} > ${seen}: nothing may be cut off at the side`);

      await page.locator("nav a", { hasText: "下一页" }).click();
      assert.equal(await page.locator("tbody tr").count(), 11);
      assert.match(await page.locator("nav").innerText(), /第2页，共2页/);
      await page.locator("nav a", { hasText: "上一页" }).click();
    });
  });
}

test("the notices of a site lead to each of them", async () => {
  await read(`/public/sites/${scene.town}/notices`, [390, 844], async (page) => {
    await page.locator("li a").first().click();
    assert.match(page.url(), new RegExp(`/public/notices/${scene.notice}$`));
  });
});
