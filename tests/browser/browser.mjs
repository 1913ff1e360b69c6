// A browser that reaches this service only, and a page that may not complain.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

import { chromium } from "playwright-core";

/** Address of the running service. */
export const BASE = process.env.BASE_URL ?? "http://127.0.0.1:8080";

/** Works as root in a container, and asks nobody but the service. Each launch has a new profile. */
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];

/** Runs `work(page)` in a fresh browser; fails on script errors, policy violations and foreign requests. */
export async function inBrowser(work, { expectedErrors = [], base = BASE } = {}) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    args: ARGUMENTS,
  });
  const faults = [];
  try {
    const context = await browser.newContext({ locale: "zh-CN", viewport: { width: 1280, height: 900 } });
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    page.on("pageerror", (error) => faults.push(`script: ${error.message}`));
    page.on("console", (line) => {
      const expected = expectedErrors.some((pattern) => pattern.test(line.text()));
      if (line.type() === "error" && !expected) faults.push(`console: ${line.text()}`);
    });
    page.on("request", (request) => {
      const url = request.url();
      if (!url.startsWith(`${base}/`) && !/^(data|blob|about):/.test(url)) faults.push(`foreign request: ${url}`);
    });
    await work(page);
    assert.deepEqual(faults, []);
  } catch (error) {
    if (faults.length > 0) console.error(faults.join("\n"));
    throw error;
  } finally {
    await browser.close();
  }
}

/** Calls the API beside the browser. */
export async function api(method, path, { token, body, base = BASE } = {}) {
  const headers = { "Idempotency-Key": crypto.randomUUID() };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (token !== undefined) headers.Authorization = `Bearer ${token}`;
  const answer = await fetch(base + path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  const text = await answer.text();
  return { status: answer.status, body: text === "" ? undefined : JSON.parse(text) };
}

/** Signs in as the sandbox user `name`; answers the access token. */
export async function signIn(name, base = BASE) {
  const code = `demo:${name}#${crypto.randomUUID()}`;
  const { status, body } = await api("POST", "/v1/auth/wechat-login", { body: { code }, base });
  assert.equal(status, 200, JSON.stringify(body));
  return body.access_token;
}

/** Starts the stage (a service with people and an activity); answers its scene and how to end it. */
export async function startStage() {
  assert.ok(process.env.STAGE, "STAGE names the stage's binary; run.sh builds it");
  // On SQLite and in memory, whatever the surroundings use.
  const { DATABASE_URL, REDIS_URL, ...env } = process.env;
  const stage = spawn(process.env.STAGE, { env, stdio: ["pipe", "pipe", "inherit"] });
  for await (const line of createInterface({ input: stage.stdout })) {
    return { ...JSON.parse(line), end: () => stage.stdin.end() };
  }
  return assert.fail("the stage did not start");
}
