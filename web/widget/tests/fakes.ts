import { vi } from "vitest";
import { Api, Refusal } from "../src/core/api";
import { Keep } from "../src/core/keep";
import { Talk } from "../src/core/talk";
import type { Frame, Line, Message, Snapshot } from "../src/core/types";

type Sent = Record<string, unknown> & { t: string };

/** A socket whose other end is the test. */
export class FakeSocket {
  static all: FakeSocket[] = [];
  readyState = 0;
  sent: Sent[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  constructor() {
    FakeSocket.all.push(this);
  }

  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  hear(frame: Partial<Frame> & { t: string }): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  /** The network or the server ends it. */
  drop(code = 1006): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }

  close(): void {
    this.readyState = 3;
  }

  of(t: string): Sent[] {
    return this.sent.filter((one) => one.t === t);
  }
}

export const lastSocket = () => FakeSocket.all.at(-1) as FakeSocket;

/** A storage of its own, so that a reload can be played. */
export class FakeStorage implements Storage {
  private map = new Map<string, string>();
  get length(): number {
    return this.map.size;
  }
  clear(): void {
    this.map.clear();
  }
  key(at: number): string | null {
    return [...this.map.keys()][at] ?? null;
  }
  getItem(key: string): string | null {
    return this.map.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.map.set(key, value);
  }
  removeItem(key: string): void {
    this.map.delete(key);
  }
}

export function aMessage(seq: number, more: Partial<Message> = {}): Message {
  const ground = { conversation: "c_1", seq, at: 1000 + seq, sender: "agent", name: "小美", kind: "text" } as const;
  return { ...ground, text: `第 ${seq} 句`, body: null, quote: null, client_id: "", recalled_at: null, ...more };
}

/** The server as HTTP sees it; `offline` makes every call fail. */
export class FakeServer {
  offline = false;
  status = 0;
  n = 100;
  token = "t1";
  customer = "v_1";
  messages: Message[] = [];
  starts = vi.fn();

  snapshot(): Snapshot {
    const conversation = this.messages.length ? { id: "c_1", state: "open" as const, customer_read: 0 } : null;
    const customer = { id: this.customer, name: "访客", known: false };
    return { token: this.token, n: this.n, customer, conversation, messages: [...this.messages], earlier: null };
  }

  api(): Api {
    const api = new Api("https://desk.example/", "s_1");
    api.start = async () => {
      this.starts(api.token);
      if (this.offline) throw new Refusal("network", 0);
      if (this.status) {
        const status = this.status;
        this.status = 0;
        throw new Refusal("no", status);
      }
      return this.snapshot();
    };
    api.forget = async () => ({ token: "t9" });
    api.identify = async () => {
      this.token = "t2";
      this.customer = "u_1";
      return { token: "t2" };
    };
    return api;
  }
}

export function aTalk(server: FakeServer, area: Storage = new FakeStorage(), device = "d1") {
  const nudged = vi.fn();
  const talk = new Talk({
    api: server.api(),
    keep: new Keep("zg:", area),
    socketUrl: "wss://desk.example/ws/visit",
    language: () => "zh",
    page: () => ({ url: "https://shop.example/", title: "" }),
    changed: () => {},
    nudged,
    open: () => new FakeSocket() as unknown as WebSocket,
    claim: async () => ({ id: device, release() {} }),
  });
  return { talk, nudged };
}

export const settle = () => vi.advanceTimersByTimeAsync(0);

/** Through snapshot and hello until events flow. */
export async function goLive(server: FakeServer): Promise<FakeSocket> {
  await settle();
  const socket = lastSocket();
  socket.open();
  socket.hear({ t: "welcome", n: server.n, heartbeat: 25 });
  await settle();
  return socket;
}

export const ids = (lines: Line[]) => lines.map((line) => line.id);
