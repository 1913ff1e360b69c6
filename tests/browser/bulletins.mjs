// A bulletin in large type and the station's screen: read without scripts on a phone and on a
// television.

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
  test(`everybody reads a bulletin on ${what}`, async () => {
    await read(scene.base, `/public/bulletins/${scene.bulletin}`, size, async (page) => {
      assert.match(await page.locator("h1").innerText(), /第.季度积分公开$/);
      assert.match(await page.locator("main").innerText(), /已公开/);
      assert.match(await page.locator("table.sums").innerText(), /季初积分[\s\S]*季末积分/);
      assert.equal(await page.locator("td.points").count(), 50);
      assert.match(await page.locator("td.points >> xpath=..").first().innerText(), /尾号/);
      assert.match(await page.locator("footer").innerText(), /异议与投诉/);
      for (const where of ["td.points", "table.sums td", "table.sums th"]) {
        const { size: points } = await type(page.locator(where).first());
        assert.ok(points >= least, `${where} ${points} px`);
      }
      for (const where of ["h1", "h2", "td.who", "table.sums td", "footer p", "nav a"]) {
        const { colour } = await type(page.locator(where).first());
        assert.ok(contrast(colour, "rgb(255, 255, 255)") >= 7, `${where} ${colour}`);
      }
      await fits(page);

      await page.locator("nav a", { hasText: "下一页" }).click();
      assert.equal(await page.locator("td.points").count(), 10);
      assert.equal(await page.locator("table.sums").count(), 0, "the sums are told once");
      await page.locator("nav a", { hasText: "上一页" }).click();
    });
  });
}

test("the bulletins of a site lead to each of them", async () => {
  await read(scene.base, `/public/sites/${scene.town}/bulletins`, [390, 844], async (page) => {
    await page.locator("li a").first().click();
    assert.match(page.url(), new RegExp(`/public/bulletins/${scene.bulletin}$`));
  });
});

test("the station's screen is read across a room and turns by itself", async () => {
  await read(scene.base, `/public/sites/${scene.site}/screen`, [1920, 1080], async (page) => {
    assert.match(await page.locator("h1").innerText(), /积分公示$/);
    const lines = await page.locator("li").count();
    assert.ok(lines >= 1 && lines <= 6, `${lines} lines`);
    const { size } = await type(page.locator("li").first());
    assert.ok(size >= 1080 / 20, `${size} px of 1080`);
    await fits(page);
    const high = await page.evaluate(() => document.documentElement.scrollHeight);
    assert.ok(high <= 1080, `${high} px: nobody scrolls a screen on the wall`);
    await page.waitForURL(/page=2$/, { timeout: 20_000 });
    assert.match(await page.locator("p.foot").innerText(), /第2页/);
  });
});

/** How far down the last of the page reaches, once some of its lines are so long that they wrap. */
const reach = (page, texts) => page.evaluate((texts) => {
  const list = document.querySelector("ul");
  const one = document.querySelector("li");
  list.replaceChildren(...texts.map((text) => {
    const line = one.cloneNode(true);
    line.querySelector("bdi").textContent = text;
    return line;
  }));
  const foot = document.querySelector("p.foot").getBoundingClientRect();
  return { high: document.documentElement.scrollHeight, foot: foot.bottom, seen: innerHeight };
}, texts);

const SHORT = "尾号7K2M　4分　清扫村道，美化家园";
const LONG = "尾号7K2M　4分（暂缓，监督员核查中）　清扫村道，美化家园，整治人居环境，帮助留守老人打扫庭院并清运建筑垃圾活动";

for (const size of [[1280, 720], [1366, 768], [1920, 1080], [3840, 2160]]) {
  test(`nothing is cut off on a screen of ${size.join(" by ")}`, async () => {
    await read(scene.base, `/public/sites/${scene.site}/screen`, size, async (page) => {
      for (const texts of [
        Array(6).fill(SHORT),
        [SHORT, LONG, SHORT, SHORT, LONG, SHORT],
        Array(6).fill(LONG.repeat(4)),
      ]) {
        const { high, foot, seen } = await reach(page, texts);
        assert.ok(high <= seen && foot <= seen, `${high} px, the foot at ${foot}, of ${seen}`);
      }
      await fits(page);
    });
  });
}
