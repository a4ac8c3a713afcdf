/** Keeps small JSON values of one shop; lives in memory where the page forbids storage. */
export class Keep {
  private memory = new Map<string, string>();

  constructor(
    readonly prefix: string,
    private area: Storage | null = pageStorage(),
  ) {}

  get<T>(key: string): T | null {
    const name = this.prefix + key;
    let raw: string | null | undefined;
    try {
      raw = this.memory.get(name) ?? this.area?.getItem(name);
      return raw == null ? null : (JSON.parse(raw) as T);
    } catch {
      return null;
    }
  }

  /** Storage may be full or taken away at any moment: the value then stays with this page. */
  set(key: string, value: unknown): void {
    const name = this.prefix + key;
    const raw = JSON.stringify(value);
    try {
      if (!this.area) throw 0;
      this.area.setItem(name, raw);
      this.memory.delete(name);
    } catch {
      this.memory.set(name, raw);
    }
  }

  drop(key: string): void {
    const name = this.prefix + key;
    this.memory.delete(name);
    try {
      this.area?.removeItem(name);
    } catch {
      // forbidden storage holds nothing to drop
    }
  }
}

/** Reading `localStorage` itself may throw (blocked cookies, sandboxed frame). */
export function pageStorage(kind: "localStorage" | "sessionStorage" = "localStorage"): Storage | null {
  try {
    return window[kind];
  } catch {
    return null;
  }
}
