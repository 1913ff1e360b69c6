// Somebody who reads a public page with scripts switched off.

import assert from "node:assert/strict";

import { inBrowser } from "./browser.mjs";

/** Opens a path at a size, with scripts switched off. */
export async function read(base, path, [width, height], look) {
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
      const answer = await reader.goto(base + path);
      assert.equal(answer.status(), 200);
      await look(reader);
      assert.ok(asked.every((url) => url.startsWith(base)), asked.join(" "));
      const name = path.split("/")[2];
      if (process.env.SHOTS) await reader.screenshot({ path: `${process.env.SHOTS}/${name}-${width}.png` });
    },
    { base },
  );
}

/** Relative luminance contrast of two colours like "rgb(1, 2, 3)" (WCAG 2). */
export function contrast(one, other) {
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
export const type = (locator) => locator.evaluate((element) => {
  const style = getComputedStyle(element);
  return { size: parseFloat(style.fontSize), colour: style.color };
});

/** Fails when something is cut off at the side. */
export async function fits(page) {
  const [wide, seen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(wide <= seen, `${wide} > ${seen}: nothing may be cut off at the side`);
}
