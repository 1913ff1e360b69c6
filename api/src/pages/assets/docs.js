// Starts the explorer and signs the reader in: the code is exchanged for an access token,
// which is kept in this page's memory only.
"use strict";

const hex = (length) =>
  Array.from(crypto.getRandomValues(new Uint8Array(length)), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** Each press of "Execute" is a write of its own, unless the reader names a key. */
function withIdempotencyKey(request) {
  const method = (request.method || "GET").toUpperCase();
  const named = Object.keys(request.headers || {}).some((name) => name.toLowerCase() === "idempotency-key");
  if (method === "POST" && !named) {
    request.headers = { ...request.headers, "Idempotency-Key": hex(16) };
  }
  return request;
}

const explorer = SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#explorer",
  deepLinking: true,
  docExpansion: "none",
  filter: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  persistAuthorization: false,
  validatorUrl: null,
  requestInterceptor: withIdempotencyKey,
  onComplete: () => document.body.setAttribute("data-ready", "true"),
});

async function signIn(code) {
  const answer = await fetch("/v1/auth/wechat-login", {
    method: "POST",
    headers: { "Content-Type": "application/json", "Idempotency-Key": hex(16) },
    body: JSON.stringify({ code }),
  });
  const body = await answer.json();
  if (!answer.ok) {
    throw new Error(`${body.title}(${body.code})`);
  }
  explorer.preauthorizeApiKey("bearer", body.access_token);
  return `已登录：${code}，${Math.round(body.expires_in / 60)} 分钟内有效`;
}

document.getElementById("sign-in").addEventListener("submit", async (event) => {
  event.preventDefault();
  const state = document.getElementById("state");
  state.value = "正在登录…";
  try {
    state.value = await signIn(document.getElementById("code").value.trim());
  } catch (error) {
    state.value = `没有登录：${error.message}`;
  }
});
