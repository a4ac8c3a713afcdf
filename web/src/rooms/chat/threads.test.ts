import { beforeEach, describe, expect, it, vi } from "vitest";
import type { ClientFrame, Stored } from "../../realtime/frames";
import type { LiveSession } from "../../realtime/live";
import { Tables } from "../../realtime/tables";
import { aMessage, aRow, messages } from "./builders";
import { requests } from "./requests";
import type { Message } from "./shapes";
import { Threads } from "./threads";

vi.mock("./requests", () => ({ requests: { open: vi.fn(), messages: vi.fn() } }));

let tables: Tables;
let sent: ClientFrame[];
let tell: Record<string, () => void>;
let threads: Threads;
let last: number;

const live = () =>
  ({
    tables,
    signal: (frame: ClientFrame) => {
      sent.push(frame);
      return true;
    },
    on: (name: string, listener: () => void) => {
      tell[name] = listener;
      return () => undefined;
    },
  }) as unknown as LiveSession;

const arrive = (message: Message, n = 900) => tables.apply(n, { message: { ...message } as unknown as Stored });
const settle = () => new Promise((resolve) => setTimeout(resolve));

beforeEach(() => {
  tables = new Tables();
  sent = [];
  tell = {};
  last = 100;
  threads = new Threads(live());
  vi.mocked(requests.open).mockReset();
  vi.mocked(requests.messages).mockReset();
  vi.mocked(requests.open).mockImplementation((id) =>
    Promise.resolve({
      n: 500,
      conversation: aRow({ id, last_seq: last }),
      messages: messages(last - 49, last, { conversation: id }),
      earlier: { conversation: id, before: last - 49 },
      customer: { id: "u_1" },
    }),
  );
  vi.mocked(requests.messages).mockImplementation((id, before, limit = 50) => {
    const from = Math.max(1, before - limit);
    const items = messages(from, Math.min(before - 1, last), { conversation: id });
    return Promise.resolve({ items, earlier: from > 1 ? { conversation: id, before: from } : null });
  });
});

describe("opening", () => {
  it("fetches once, also when asked twice at a time", async () => {
    await Promise.all([threads.refresh("c_1"), threads.refresh("c_1")]);
    expect(requests.open).toHaveBeenCalledTimes(1);
    expect(threads.of("c_1").count).toBe(50);
    expect(tables.get("customer", "u_1")).toBeDefined();
    await threads.refresh("c_1");
    expect(requests.open).toHaveBeenCalledTimes(1);
  });

  it("shows again at once what was left, and fetches what was said meanwhile", async () => {
    threads.watch("c_1");
    await threads.refresh("c_1");
    threads.watch("c_2");
    last = 105;
    expect(threads.of("c_1").count).toBe(50);
    await threads.refresh("c_1");
    expect(threads.of("c_1").count).toBe(55);
    expect(sent).toEqual([
      { t: "watch", conversation: "c_1", on: true },
      { t: "watch", conversation: "c_1", on: false },
      { t: "watch", conversation: "c_2", on: true },
    ]);
  });
});

describe("a message that arrives", () => {
  it("joins its thread; one of a thread nobody opened is not kept", async () => {
    await threads.refresh("c_1");
    arrive(aMessage(101));
    arrive(aMessage(7, { conversation: "c_9" }));
    expect(threads.of("c_1").last?.seq).toBe(101);
    expect(tables.get("message", "c_9/7")).toBeUndefined();
  });

  it("after a gap makes the open thread fetch what is missing", async () => {
    threads.watch("c_1");
    await threads.refresh("c_1");
    last = 104;
    arrive(aMessage(104));
    await settle();
    expect(requests.open).toHaveBeenCalledTimes(2);
    expect(threads.of("c_1").count).toBe(54);
    expect(threads.of("c_1").stale).toBe(false);
  });

  it("that was recalled shows so in an earlier talk, too", async () => {
    await threads.refresh("c_2");
    threads.of("c_2").prepend(messages(1, 3, { conversation: "c_1" }), null);
    arrive(aMessage(2, { recalled_at: 9 }));
    expect(threads.of("c_2").find(aMessage(2))?.recalled_at).toBe(9);
  });
});

describe("a new connection", () => {
  it("watches again and fetches what may have been missed", async () => {
    threads.watch("c_1");
    await threads.refresh("c_1");
    last = 108;
    tell.ready?.();
    await settle();
    expect(sent.filter((frame) => frame.t === "watch")).toHaveLength(2);
    expect(threads.of("c_1").last?.seq).toBe(108);
  });

  it("with a new snapshot lets no thread pass for fresh", async () => {
    await threads.refresh("c_1");
    tell.loaded?.();
    expect(threads.of("c_1").stale).toBe(true);
  });
});

describe("an old place", () => {
  it("is reached without all that lies between, and grows to the end", async () => {
    last = 1_000;
    await threads.reach(aMessage(300));
    const thread = threads.of("c_1");
    expect(thread.detached).toBe(true);
    expect([thread.first?.seq, thread.last?.seq]).toEqual([275, 324]);
    for (let i = 0; i < 20; i += 1) await threads.later(thread);
    expect(thread.detached).toBe(false);
    expect(thread.last?.seq).toBe(1_000);
    expect(thread.count).toBe(726);
  });

  it("can be left for the end", async () => {
    last = 1_000;
    await threads.reach(aMessage(300));
    await threads.toEnd(threads.of("c_1"));
    expect(threads.of("c_1").detached).toBe(false);
    expect(threads.of("c_1").last?.seq).toBe(1_000);
  });
});

it("pages upward to the beginning", async () => {
  await threads.refresh("c_1");
  const thread = threads.of("c_1");
  while (thread.earlier) await threads.more(thread);
  expect(thread.count).toBe(100);
  expect(thread.first?.seq).toBe(1);
});

it("lets the threads go that were not looked at for long, never the open one", async () => {
  threads.watch("c_0");
  await threads.refresh("c_0");
  for (let i = 1; i <= 60; i += 1) await threads.refresh(`c_${i}`);
  expect(threads.of("c_0").loaded).toBe(true);
  expect(threads.of("c_1").loaded).toBe(false);
  expect(tables.table("message").size).toBeLessThanOrEqual(41 * 50);
});
