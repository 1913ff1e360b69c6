// The API from a mini-program: typed calls over wx.request, signing in by itself, and writes that
// take effect once however often their answer is lost.

import { Keys, randomText, type Storage } from "./keys.js";
import type {
  CallArguments,
  Data,
  Method,
  PathOf,
  Problem,
  Result,
  TokenPair,
} from "./operations.js";

export type { Data, Method, Problem, ProblemCode, Result, TokenPair } from "./operations.js";

/** The part of `wx` the client uses. */
export type Wx = Storage & Pick<WechatMiniprogram.Wx, "request" | "login">;

export interface ClientOptions {
  /** Address of the service without a slash at the end. */
  baseUrl: string;
  /** For tests; else the global `wx`. */
  wx?: Wx;
  now?: () => number;
  random?: () => number;
  sleep?: (milliseconds: number) => Promise<void>;
}

interface Request {
  method: Method;
  url: string;
  body: string | undefined;
  headers: Record<string, string>;
}

interface LooseOptions {
  path?: Record<string, unknown>;
  query?: Record<string, unknown>;
  body?: unknown;
  ifMatch?: string;
  intent?: string;
}

type Session = Pick<TokenPair, "access_token" | "refresh_token" | "account_id">;

const SESSION = "points-bank:session";
const DEVICE = "points-bank:device";
/** Longer than the service itself lets a request run. */
const TIMEOUT_MS = 15_000;
const RETRY_AFTER_MS = [1_000, 3_000];

export class Client {
  private readonly wx: Wx;
  private readonly keys: Keys;
  private readonly random: () => number;
  private readonly sleep: (milliseconds: number) => Promise<void>;
  private readonly baseUrl: string;
  private session: Session | undefined;
  private renewing: Promise<Result<unknown>> | undefined;

  constructor(options: ClientOptions) {
    this.wx = options.wx ?? wx;
    this.baseUrl = options.baseUrl;
    this.random = options.random ?? Math.random;
    this.sleep = options.sleep ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms)));
    this.keys = new Keys(this.wx, options.now ?? Date.now, this.random);
    this.session = readSession(this.wx.getStorageSync(SESSION));
  }

  /** Calls an operation: `call("/v1/me/sessions/{session_id}", "DELETE", { path: { session_id } })`. */
  async call<M extends Method, P extends PathOf<M>>(
    path: P,
    method: M,
    ...[options]: CallArguments<P, M>
  ): Promise<Result<Data<P, M>>> {
    // What the types let through is exactly this, whichever operation it is for.
    const given = (options as unknown as LooseOptions | undefined) ?? {};
    const request: Request = {
      method,
      url: this.baseUrl + fill(path, given.path) + queryString(given.query),
      body: given.body === undefined ? undefined : JSON.stringify(given.body),
      headers: given.ifMatch === undefined ? {} : { "If-Match": given.ifMatch },
    };
    const result = method === "POST" ? this.write(request, given.intent) : this.signedIn(request);
    // The document says what this operation answers.
    return (await result) as Result<Data<P, M>>;
  }

  /** Signs in with a fresh code of `wx.login`. Calls do this by themselves when needed. */
  login(): Promise<Result<unknown>> {
    return this.once(() => this.logIn());
  }

  /** Forgets the session on this phone, for example after `/v1/auth/logout`. */
  forget(): void {
    this.session = undefined;
    this.wx.removeStorageSync(SESSION);
  }

  private async write(request: Request, intent: string | undefined): Promise<Result<unknown>> {
    const content = `${request.url}\n${request.body ?? ""}`;
    const name = `${this.session?.account_id ?? "-"}:${intent ?? content}`;
    const key = this.keys.take(name, content);
    request.headers["Idempotency-Key"] = key;
    const result = await this.signedIn(request);
    if (isSettled(result)) {
      this.keys.drop(name, key);
    }
    return result;
  }

  /** Sends with the token; on 401 renews the session and sends once more. */
  private async signedIn(request: Request): Promise<Result<unknown>> {
    const used = this.session?.access_token;
    const first = await this.persist(request);
    if (first.kind !== "problem" || first.status !== 401) {
      return first;
    }
    const { code } = first.problem;
    if (code !== "token_expired" && code !== "unauthenticated") {
      return first;
    }
    if (this.session?.access_token === used) {
      const renewed = await this.once(() => (code === "token_expired" ? this.refresh() : this.logIn()));
      if (renewed.kind !== "ok") {
        return renewed;
      }
    }
    return this.persist(request);
  }

  /** However many calls find the token expired, one of them renews it and all wait for that. */
  private once(renew: () => Promise<Result<unknown>>): Promise<Result<unknown>> {
    this.renewing ??= renew().finally(() => {
      this.renewing = undefined;
    });
    return this.renewing;
  }

  private async refresh(): Promise<Result<unknown>> {
    if (!this.session) {
      return this.logIn();
    }
    const body = { refresh_token: this.session.refresh_token, device_id: this.device() };
    const result = await this.exchange("/v1/auth/refresh", body);
    if (result.kind === "problem" && result.status === 401) {
      return this.logIn();
    }
    return result;
  }

  private async logIn(): Promise<Result<unknown>> {
    let code: string;
    try {
      code = (await this.wx.login()).code;
    } catch (error) {
      return { kind: "unknown", reason: `wx.login: ${describe(error)}` };
    }
    return this.exchange("/v1/auth/wechat-login", { code, device_id: this.device() });
  }

  private async exchange(path: string, body: object): Promise<Result<unknown>> {
    const url = this.baseUrl + path;
    const result = await this.persist({ method: "POST", url, body: JSON.stringify(body), headers: {} });
    const session = result.kind === "ok" ? readSession(result.data) : undefined;
    if (session) {
      this.session = session;
      this.wx.setStorageSync(SESSION, session);
    }
    return result;
  }

  private device(): string {
    const known: unknown = this.wx.getStorageSync(DEVICE);
    if (typeof known === "string" && known.length >= 8) {
      return known;
    }
    const made = randomText(32, this.random);
    this.wx.setStorageSync(DEVICE, made);
    return made;
  }

  /** Sends, and sends again while the outcome is not known and repeating cannot do harm. */
  private async persist(request: Request): Promise<Result<unknown>> {
    let result = await this.send(request);
    for (const wait of RETRY_AFTER_MS) {
      if (!isWorthRetrying(request, result)) {
        break;
      }
      await this.sleep(wait);
      result = await this.send(request);
    }
    return result;
  }

  private send(request: Request): Promise<Result<unknown>> {
    const header: Record<string, string> = { Accept: "application/json", ...request.headers };
    if (request.body !== undefined) {
      header["Content-Type"] = "application/json";
    }
    if (this.session) {
      header["Authorization"] = `Bearer ${this.session.access_token}`;
    }
    return new Promise((resolve) => {
      this.wx.request({
        url: request.url,
        method: request.method,
        header,
        timeout: TIMEOUT_MS,
        // The answer is parsed here: wx would hand over broken JSON as text without a word.
        dataType: "text",
        ...(request.body === undefined ? {} : { data: request.body }),
        success: (answer) => resolve(read(answer.statusCode, answer.header, answer.data)),
        fail: (failure) => resolve({ kind: "unknown", reason: failure.errMsg }),
      });
    });
  }
}

/** A write's outcome is settled unless it may still take effect, or may have without our knowing. */
function isSettled(result: Result<unknown>): boolean {
  if (result.kind === "problem") {
    const { code } = result.problem;
    return result.status < 500 && result.status !== 401 && code !== "request_in_progress" && code !== "rate_limited";
  }
  return result.kind === "ok";
}

function isWorthRetrying(request: Request, result: Result<unknown>): boolean {
  if (result.kind === "problem") {
    return result.status === 503 || result.problem.code === "request_in_progress";
  }
  // A PUT whose answer was lost may have taken effect; sent again it would look stale. The caller reads anew.
  return result.kind === "unknown" && request.method !== "PUT";
}

function read(status: number, headers: unknown, data: unknown): Result<unknown> {
  const body = parse(data);
  if (status >= 200 && status < 300) {
    const replayed = header(headers, "idempotency-replayed") === "true";
    return { kind: "ok", status, data: body, etag: header(headers, "etag"), replayed };
  }
  if (isProblem(body)) {
    return { kind: "problem", status, problem: body };
  }
  return { kind: "unknown", reason: `HTTP ${status}` };
}

function parse(data: unknown): unknown {
  if (typeof data !== "string" || data === "") {
    return undefined;
  }
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}

function isProblem(body: unknown): body is Problem {
  return typeof body === "object" && body !== null && typeof (body as Partial<Problem>).code === "string";
}

function readSession(value: unknown): Session | undefined {
  if (typeof value !== "object" || value === null) {
    return undefined;
  }
  const { access_token, refresh_token, account_id } = value as Partial<Session>;
  const whole = typeof access_token === "string" && typeof refresh_token === "string" && typeof account_id === "string";
  return whole ? { access_token, refresh_token, account_id } : undefined;
}

/** Phones differ in how they spell the names of headers. */
function header(headers: unknown, name: string): string | undefined {
  for (const [key, value] of Object.entries((headers ?? {}) as Record<string, unknown>)) {
    if (key.toLowerCase() === name) {
      return String(value);
    }
  }
  return undefined;
}

function fill(template: string, values: Record<string, unknown> = {}): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(values[name])));
}

function queryString(values: Record<string, unknown> = {}): string {
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== null);
  const pairs = given.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`);
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

function describe(error: unknown): string {
  return typeof error === "object" && error !== null && "errMsg" in error ? String(error.errMsg) : String(error);
}
