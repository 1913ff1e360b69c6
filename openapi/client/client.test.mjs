// The client against a phone and a service that lose answers, expire tokens and race.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Client } from "./dist/client.js";

const PAIR = (n) => ({ access_token: `access-${n}`, refresh_token: `refresh-${n}`, account_id: "acc", expires_in: 900 });
const LOST = Symbol("the answer is lost");

let seed = 1;

/** A phone whose requests are answered by `service(request)`; LOST means no answer arrives. */
class Phone {
  storage = new Map();
  requests = [];
  logins = 0;
  waits = [];

  constructor(service) {
    this.service = service;
  }

  wx = {
    getStorageSync: (key) => (this.storage.has(key) ? structuredClone(this.storage.get(key)) : ""),
    setStorageSync: (key, value) => {
      if (this.full) throw { errMsg: "setStorageSync:fail quota exceeded" };
      this.storage.set(key, structuredClone(value));
    },
    removeStorageSync: (key) => this.storage.delete(key),
    login: async () => ({ code: `code-${++this.logins}` }),
    request: (option) => {
      const request = {
        method: option.method,
        path: option.url.slice("https://api".length),
        header: option.header,
        body: option.data === undefined ? undefined : JSON.parse(option.data),
        stored: [...this.storage.keys()],
        timeout: option.timeout,
      };
      this.requests.push(request);
      setTimeout(() => {
        const answer = this.service(request, this);
        if (answer === LOST) return option.fail({ errMsg: "request:fail timeout" });
        const [status, body, header = {}] = answer;
        option.success({ statusCode: status, header, data: body === undefined ? "" : JSON.stringify(body) });
      }, 1);
    },
  };

  client() {
    return new Client({
      baseUrl: "https://api",
      wx: this.wx,
      now: () => this.now ?? 1_000,
      random: () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647,
      sleep: async (ms) => void this.waits.push(ms),
    });
  }

  signedIn() {
    this.storage.set("points-bank:session", PAIR(1));
    return this;
  }

  sent(path) {
    return this.requests.filter((request) => request.path === path);
  }
}

const problem = (status, code) => [status, { type: `/problems/${code}`, title: code, status, code, request_id: "r", retryable: false }];
const READ = "/v1/me/sessions";
const WRITE = "/v1/auth/logout";
const key = (request) => request.header["Idempotency-Key"];

let answers;
beforeEach(() => {
  answers = [];
});
/** Answers from the list, then the last one for ever. */
const scripted = () => (answers.length > 1 ? answers.shift() : answers[0]);

test("a write whose answers are lost is sent three times with one key, stored before the first", async () => {
  answers = [LOST, LOST, [200, {}, { "Idempotency-Replayed": "true", ETag: '"4"' }]];
  const phone = new Phone(scripted).signedIn();

  const result = await phone.client().call(WRITE, "POST");

  assert.equal(result.kind, "ok");
  assert.equal(result.replayed, true);
  assert.equal(result.etag, '"4"');
  const sent = phone.sent(WRITE);
  assert.equal(sent.length, 3);
  assert.equal(new Set(sent.map(key)).size, 1);
  assert.match(key(sent[0]), /^[A-Za-z0-9_-]{16,64}$/);
  assert.ok(sent[0].stored.some((name) => name.startsWith("points-bank:write:")), "sent before it was stored");
  assert.deepEqual(phone.waits, [1_000, 3_000]);
  assert.ok(sent[0].timeout >= 10_000);
});

test("after all answers were lost the next press, even in a new run, uses the same key", async () => {
  answers = [LOST];
  const phone = new Phone(scripted).signedIn();
  const lost = await phone.client().call(WRITE, "POST", { intent: "claim:7" });
  assert.equal(lost.kind, "unknown");

  answers = [[200, {}]];
  await phone.client().call(WRITE, "POST", { intent: "claim:7" });
  await phone.client().call(WRITE, "POST", { intent: "claim:7" });

  const keys = phone.sent(WRITE).map(key);
  assert.equal(keys.length, 5);
  assert.equal(new Set(keys.slice(0, 4)).size, 1, "the same write");
  assert.notEqual(keys[4], keys[0], "a new write after its outcome was known");
});

test("another body under the same intent is another write", async () => {
  answers = [LOST];
  const phone = new Phone(scripted);
  const client = phone.client();
  for (const code of ["a", "b"]) {
    await client.call("/v1/auth/wechat-login", "POST", { intent: "x", body: { code } });
  }
  const keys = phone.requests.map(key);
  assert.notEqual(keys[0], keys.at(-1));
});

test("a refusal settles a write, a fault of the service does not", async () => {
  for (const [status, code, settles] of [[409, "wrong_state", true], [422, "invalid_value", true], [500, "internal_error", false], [429, "rate_limited", false]]) {
    answers = [problem(status, code)];
    const phone = new Phone(scripted).signedIn();
    const client = phone.client();
    await client.call(WRITE, "POST");
    await client.call(WRITE, "POST");
    const [first, second] = phone.sent(WRITE).map(key);
    assert.equal(first !== second, settles, code);
    assert.equal(phone.sent(WRITE).length, 2, `${code} is not sent again by itself`);
  }
});

test("503 and a running twin are waited for", async () => {
  answers = [problem(503, "unavailable"), problem(409, "request_in_progress"), [200, {}]];
  const phone = new Phone(scripted).signedIn();
  assert.equal((await phone.client().call(WRITE, "POST")).kind, "ok");
  assert.equal(new Set(phone.sent(WRITE).map(key)).size, 1);
});

test("a key older than the service keeps answers is not used again", async () => {
  answers = [LOST];
  const phone = new Phone(scripted).signedIn();
  await phone.client().call(WRITE, "POST");
  phone.now = 1_000 + 72 * 3_600_000;
  await phone.client().call(WRITE, "POST");
  const keys = phone.sent(WRITE).map(key);
  assert.notEqual(keys[0], keys.at(-1));
});

test("a full storage does not stop a write, nor make it happen twice", async () => {
  answers = [LOST];
  const phone = new Phone(scripted).signedIn();
  phone.full = true;
  const client = phone.client();
  await client.call(WRITE, "POST");
  await client.call(WRITE, "POST");
  assert.equal(new Set(phone.sent(WRITE).map(key)).size, 1);
});

/** A service that lets only `good` tokens in and refreshes `refresh-1`. */
function guarded({ good = "access-2", refreshable = true } = {}) {
  return (request) => {
    if (request.path === "/v1/auth/refresh") {
      return refreshable ? [200, PAIR(2)] : problem(401, "refresh_token_invalid");
    }
    if (request.path === "/v1/auth/wechat-login") {
      return [200, PAIR(3)];
    }
    return request.header.Authorization === `Bearer ${good}` ? [200, { items: [] }] : problem(401, "token_expired");
  };
}

test("ten calls with an expired token make one refresh", async () => {
  const phone = new Phone(guarded()).signedIn();
  const client = phone.client();

  const results = await Promise.all(Array.from({ length: 10 }, () => client.call(READ, "GET")));

  assert.ok(results.every((result) => result.kind === "ok"));
  assert.equal(phone.sent("/v1/auth/refresh").length, 1);
  assert.equal(phone.logins, 0);
  assert.equal(phone.storage.get("points-bank:session").refresh_token, "refresh-2");
});

test("a straggler whose 401 arrives after the refresh does not refresh again", async () => {
  let first = true;
  const service = guarded();
  const phone = new Phone((request) => service(request)).signedIn();
  const request = phone.wx.request;
  phone.wx.request = (option) => {
    if (first && option.method === "GET") {
      first = false;
      setTimeout(() => request(option), 30);
    } else {
      request(option);
    }
  };
  const client = phone.client();
  const results = await Promise.all([client.call(READ, "GET"), client.call(READ, "GET")]);
  assert.ok(results.every((result) => result.kind === "ok"));
  assert.equal(phone.sent("/v1/auth/refresh").length, 1);
});

test("a refresh whose answer was lost is repeated with the same token", async () => {
  const service = guarded();
  let lose = 2;
  const phone = new Phone((request) => {
    const answer = service(request);
    return request.path === "/v1/auth/refresh" && lose-- > 0 ? LOST : answer;
  }).signedIn();
  assert.equal((await phone.client().call(READ, "GET")).kind, "ok");
  const sent = phone.sent("/v1/auth/refresh");
  assert.deepEqual(sent.map((request) => request.body.refresh_token), Array(3).fill("refresh-1"));
  assert.equal(new Set(sent.map((request) => request.body.device_id)).size, 1);
});

test("when the refresh token is dead, one wx.login signs in for all", async () => {
  const phone = new Phone(guarded({ good: "access-3", refreshable: false })).signedIn();
  const client = phone.client();
  const results = await Promise.all(Array.from({ length: 10 }, () => client.call(READ, "GET")));
  assert.ok(results.every((result) => result.kind === "ok"));
  assert.equal(phone.sent("/v1/auth/refresh").length, 1);
  assert.equal(phone.logins, 1);
});

test("an account that may not sign in gets the refusal, without a loop", async () => {
  const phone = new Phone((request) =>
    request.path.startsWith("/v1/auth/") ? problem(403, "account_disabled") : problem(401, "unauthenticated"),
  ).signedIn();
  const result = await phone.client().call(READ, "GET");
  assert.equal(result.problem.code, "account_disabled");
  assert.equal(phone.logins, 1);
  assert.equal(phone.requests.length, 2);
});

test("a token refused even after renewing is reported once", async () => {
  const phone = new Phone(guarded({ good: "none" })).signedIn();
  const result = await phone.client().call(READ, "GET");
  assert.equal(result.problem.code, "token_expired");
  assert.equal(phone.sent(READ).length, 2);
});

test("a PUT whose answer was lost is not repeated blindly; a read is", async () => {
  answers = [LOST];
  const phone = new Phone(scripted).signedIn();
  const client = phone.client();
  await client.call("/v1/goods/{goods_id}", "PUT", { path: { goods_id: "a/b ?" }, ifMatch: '"3"', body: {} });
  await client.call(READ, "GET");
  assert.equal(phone.sent("/v1/goods/a%2Fb%20%3F").length, 1, "escaped, sent once");
  assert.equal(phone.requests[0].header["If-Match"], '"3"');
  assert.equal(phone.sent(READ).length, 3);
});

test("parameters are written into the query, absent ones are not", async () => {
  answers = [[200, { items: [] }]];
  const phone = new Phone(scripted).signedIn();
  await phone.client().call("/v1/sites/{site_id}/goods", "GET", {
    path: { site_id: "s" },
    query: { state: "上架&", page_size: 5, page_token: undefined },
  });
  assert.equal(phone.requests[0].path, "/v1/sites/s/goods?state=%E4%B8%8A%E6%9E%B6%26&page_size=5");
});

test("an answer that is none of the service's is not taken for one", async () => {
  const phone = new Phone(() => [502, "<html>bad gateway</html>"]).signedIn();
  const result = await phone.client().call(READ, "GET");
  assert.deepEqual(result, { kind: "unknown", reason: "HTTP 502" });
});
