import type { Earlier, Message, Shop, Snapshot } from "./types";

/** The server said no (or, with status 0, could not be reached). */
export class Refusal extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    readonly args: Record<string, unknown> = {},
  ) {
    super(code);
  }
}

interface Page {
  url: string;
  title: string;
  product?: string;
}

/** The visitor's HTTP side. No cookies: the token travels in a header. */
export class Api {
  token: string | null = null;

  constructor(
    readonly base: string,
    readonly shop: string,
  ) {}

  about(): Promise<{ shop: Shop; limits?: Record<string, unknown> }> {
    return this.call("GET", this.shop);
  }

  start(device: string, page: Page, language: string): Promise<Snapshot> {
    const token = this.token ?? undefined;
    return this.call("POST", `${this.shop}/start`, { token, device, page, language, consent: true });
  }

  identify(identity: string): Promise<{ token: string }> {
    return this.call("POST", "identify", { identity });
  }

  forget(): Promise<{ token?: string }> {
    return this.call("POST", "forget", {});
  }

  earlier(from: Earlier): Promise<{ items: Message[]; earlier: Earlier | null }> {
    return this.call("GET", `messages?before=${encodeURIComponent(`${from.conversation}:${from.before}`)}`);
  }

  link(file: string): Promise<{ url: string; thumb?: string }> {
    return this.call("GET", `files/${file}/link`);
  }

  /** Absolute address of something the server named relatively. */
  address(path: string): string {
    return new URL(path, this.base).href;
  }

  headers(): Record<string, string> {
    return this.token ? { Authorization: `Visitor ${this.token}` } : {};
  }

  private async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const headers = this.headers();
    if (body !== undefined) headers["Content-Type"] = "application/json";
    let answer: Response;
    try {
      answer = await fetch(`${this.base}visit-api/${path}`, {
        method,
        headers,
        body: body === undefined ? undefined : JSON.stringify(body),
        credentials: "omit",
        referrerPolicy: "origin",
      });
    } catch {
      throw new Refusal("network", 0);
    }
    const data = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Refusal(data.error?.code ?? "http", answer.status, data.error?.args);
    return data;
  }
}
