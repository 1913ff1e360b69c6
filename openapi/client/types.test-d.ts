// What the compiler must accept and, more important, refuse. Checked by `tsc`, never run.

import { Client } from "./client.js";

export async function accepted(client: Client): Promise<string> {
  const login = await client.call("/v1/auth/wechat-login", "POST", { body: { code: "demo:zhang-xiulan" } });
  const sessions = await client.call("/v1/me/sessions", "GET");
  await client.call("/v1/me/sessions/{session_id}", "DELETE", { path: { session_id: "0193" } });
  if (sessions.kind === "ok") {
    const first = sessions.data.items[0];
    return first?.id ?? "none";
  }
  switch (login.kind) {
    case "ok":
      return login.data.access_token;
    case "problem":
      return login.problem.code === "wechat_code_invalid" ? "again" : login.problem.title;
    case "unknown":
      return login.reason;
  }
}

export async function refused(client: Client): Promise<void> {
  // @ts-expect-error no such path
  await client.call("/v1/nothing", "GET");
  // @ts-expect-error the path has no such method
  await client.call("/v1/me/sessions", "POST", {});
  // @ts-expect-error PATCH is not sent by wx.request
  await client.call("/v1/me/sessions", "PATCH");
  // @ts-expect-error the body is missing
  await client.call("/v1/auth/wechat-login", "POST", {});
  // @ts-expect-error the options are missing
  await client.call("/v1/auth/wechat-login", "POST");
  // @ts-expect-error a misspelt member
  await client.call("/v1/auth/wechat-login", "POST", { body: { cod: "demo:li" } });
  // @ts-expect-error a member of the wrong type
  await client.call("/v1/auth/wechat-login", "POST", { body: { code: 17 } });
  // @ts-expect-error the path parameter is missing
  await client.call("/v1/me/sessions/{session_id}", "DELETE", {});
  // @ts-expect-error GET takes no body
  await client.call("/v1/me/sessions", "GET", { body: {} });
  // @ts-expect-error an undefined member is not an absent one
  await client.call("/v1/auth/wechat-login", "POST", { body: { code: "demo:li", device_id: undefined } });
  // @ts-expect-error GET has no idempotency
  await client.call("/v1/me/sessions", "GET", { intent: "x" });

  const sessions = await client.call("/v1/me/sessions", "GET");
  // @ts-expect-error the result was not looked at
  console.log(sessions.data);
  if (sessions.kind === "problem") {
    // @ts-expect-error no such code
    console.log(sessions.problem.code === "wrong_stat");
  }
}
