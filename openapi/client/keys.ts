// Idempotency keys: made and stored before a write is sent, and used again until its outcome is known,
// also after the mini-program was closed in between.

export type Storage = Pick<WechatMiniprogram.Wx, "getStorageSync" | "setStorageSync" | "removeStorageSync">;

interface Kept {
  key: string;
  request: string;
  madeAt: number;
}

const PREFIX = "points-bank:write:";
/** The service keeps answers for 72 hours; an older key would no longer protect. */
const LIFE_MS = 71 * 60 * 60 * 1000;

/** A random text of letters and digits. Unique, not secret. */
export function randomText(length: number, random: () => number): string {
  const letters = "0123456789abcdefghijklmnopqrstuvwxyz";
  let text = "";
  while (text.length < length) {
    text += letters.charAt(Math.floor(random() * letters.length));
  }
  return text;
}

export class Keys {
  /** Keys of this run, for phones whose storage is full. */
  private readonly known = new Map<string, Kept>();

  constructor(
    private readonly storage: Storage,
    private readonly now: () => number,
    private readonly random: () => number,
  ) {}

  /** The key of an intent. Another request under the same intent is another write. */
  take(intent: string, request: string): string {
    const kept = this.known.get(intent) ?? this.stored(intent);
    if (kept && kept.request === request && this.now() - kept.madeAt < LIFE_MS) {
      return kept.key;
    }
    const made = { key: randomText(32, this.random), request, madeAt: this.now() };
    this.known.set(intent, made);
    try {
      this.storage.setStorageSync(PREFIX + intent, made);
    } catch {
      // Storage is full: the key protects for as long as the mini-program stays open.
    }
    return made.key;
  }

  /** The outcome is known: the next one is a new write. */
  drop(intent: string, key: string): void {
    const kept = this.known.get(intent) ?? this.stored(intent);
    if (kept?.key === key) {
      this.known.delete(intent);
      this.storage.removeStorageSync(PREFIX + intent);
    }
  }

  private stored(intent: string): Kept | undefined {
    const found: unknown = this.storage.getStorageSync(PREFIX + intent);
    return isKept(found) ? found : undefined;
  }
}

function isKept(value: unknown): value is Kept {
  if (typeof value !== "object" || value === null) {
    return false;
  }
  const { key, request, madeAt } = value as Partial<Kept>;
  return typeof key === "string" && typeof request === "string" && typeof madeAt === "number";
}
