// The mini-programs' client against the real service: it signs in, refreshes and repeats by itself.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Client } from "../../openapi/client/dist/client.js";
import { startStage } from "./browser.mjs";

let scene;
before(async () => {
  scene = await startStage();
});
after(() => scene?.end());

/** A phone of the sandbox user `name`; `lose(option)` says whose answer gets lost on the way back. */
function phone(name, lose = () => false) {
  const storage = new Map();
  const sent = [];
  const wx = {
    getStorageSync: (key) => storage.get(key) ?? "",
    setStorageSync: (key, value) => void storage.set(key, value),
    removeStorageSync: (key) => void storage.delete(key),
    login: async () => ({ code: `demo:${name}#${crypto.randomUUID()}` }),
    request: async (option) => {
      sent.push(`${option.method} ${new URL(option.url).pathname}`);
      const answer = await fetch(option.url, { method: option.method, headers: option.header, body: option.data });
      const data = await answer.text();
      if (lose(option)) {
        option.fail({ errMsg: "request:fail timeout" });
      } else {
        option.success({ statusCode: answer.status, header: Object.fromEntries(answer.headers), data });
      }
    },
  };
  const client = new Client({ baseUrl: scene.base, wx, sleep: async () => {} });
  return { client, sent, storage };
}

test("ten first calls of a fresh phone sign in once", async () => {
  const { client, sent } = phone("zhang-xiulan");

  const results = await Promise.all(Array.from({ length: 10 }, () => client.call("/v1/me/sessions", "GET")));

  assert.deepEqual(results.map((result) => result.kind), Array(10).fill("ok"));
  assert.equal(sent.filter((request) => request.endsWith("wechat-login")).length, 1);
  assert.equal(results[0].data.items.filter((item) => item.current).length, 1);
});

test("a write whose answer is lost takes effect once and is answered as the first time", async () => {
  let losses = 2;
  const { client, storage } = phone("manager", (option) => option.url.endsWith("/goods") && option.method === "POST" && losses-- > 0);
  await client.login();
  const path = { site_id: scene.site };
  const body = { name: "竹编簸箕", category: "日用品", unit_label: "个", points_price: 20 };

  const created = await client.call("/v1/sites/{site_id}/goods", "POST", { path, body });
  const list = await client.call("/v1/sites/{site_id}/goods", "GET", { path, query: { page_size: 50 } });

  assert.equal(created.kind, "ok", JSON.stringify(created));
  assert.equal(created.replayed, true);
  assert.match(created.etag, /^"1-[0-9a-f]{32}"$/);
  const same = list.data.items.filter((item) => item.name === body.name);
  assert.deepEqual(same.map((item) => item.id), [created.data.id]);
  assert.equal([...storage.keys()].some((key) => key.startsWith("points-bank:write:")), false, "the key is done with");
});

test("a session ended elsewhere is replaced by a new login", async () => {
  const { client, sent } = phone("zhang-xiulan");
  await client.login();
  const sessions = await client.call("/v1/me/sessions", "GET");
  const current = sessions.data.items.find((item) => item.current);
  await client.call("/v1/me/sessions/{session_id}", "DELETE", { path: { session_id: current.id } });

  const again = await client.call("/v1/me/sessions", "GET");

  assert.equal(again.kind, "ok", JSON.stringify(again));
  assert.equal(sent.filter((request) => request.endsWith("wechat-login")).length, 2);
});

test("a refusal is a problem with a code and fields", async () => {
  const { client } = phone("manager");
  const path = { site_id: scene.site };
  const refused = await client.call("/v1/sites/{site_id}/goods", "GET", { path, query: { page_size: 0 } });
  assert.equal(refused.kind, "problem");
  assert.equal(refused.problem.code, "invalid_value");
  assert.equal(refused.problem.errors[0].pointer, "page_size");
});
