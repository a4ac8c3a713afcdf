import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Claims, leaseClaims, lockClaims } from "./claims";
import { Delivery, frameOf } from "./delivery";
import { openOutbox } from "./device";
import { MemoryStorage } from "./fake-socket";
import type { ClientFrame } from "./frames";
import { Outbox } from "./outbox";

const line = (text: string) => ({ conversation: "c_1", kind: "text", text });

/** Claims of one browser; `tab()` is what each of its tabs holds. */
function browser() {
  const held = new Set<string>();
  const tab = (): Claims & { close(): void } => {
    const own = new Set<string>();
    return {
      take(name) {
        if (held.has(name) && !own.has(name)) return Promise.resolve(null);
        held.add(name);
        own.add(name);
        return Promise.resolve(() => {
          held.delete(name);
          own.delete(name);
        });
      },
      close() {
        for (const name of own) held.delete(name);
        own.clear();
      },
    };
  };
  return { local: new MemoryStorage(), tab };
}

describe("the outbox", () => {
  it("numbers lines one by one and keeps them over a reload", () => {
    const storage = new MemoryStorage();
    const first = new Outbox(storage, "a_1", "d1");
    first.add(line("one"));
    first.add(line("two"), { preview: true });
    const again = new Outbox(storage, "a_1", "d1");
    expect(again.pending().map(({ id, seq, text }) => [id, seq, text])).toEqual([
      ["d1-1", 1, "one"],
      ["d1-2", 2, "two"],
    ]);
    expect(again.add(line("three")).id).toBe("d1-3");
  });

  it("never reuses a number, also when all lines are settled", () => {
    const storage = new MemoryStorage();
    const outbox = new Outbox(storage, "a_1", "d1");
    outbox.settle(outbox.add(line("one")).id);
    expect(new Outbox(storage, "a_1", "d1").add(line("two")).seq).toBe(2);
  });

  it("keeps a refused line with its reason until it is sent anew or thrown away", () => {
    const outbox = new Outbox(new MemoryStorage(), "a_1", "d1");
    const refused = outbox.add(line("bad"));
    outbox.fail(refused.id, { code: "chat.too_long" });
    expect(outbox.pending()).toEqual([]);
    expect(outbox.lines("c_1")[0]).toMatchObject({ state: "failed", error: { code: "chat.too_long" } });
    const again = outbox.again(refused.id);
    expect(again).toMatchObject({ id: "d1-2", state: "pending", text: "bad" });
    expect(again).not.toHaveProperty("error");
    outbox.discard("d1-2");
    expect(outbox.lines()).toHaveLength(1);
    outbox.fail("d1-2", { code: "x" });
    outbox.discard("d1-2");
    expect(outbox.lines()).toHaveLength(0);
  });

  it("lives on in memory when the storage is full", () => {
    const storage = new MemoryStorage();
    storage.setItem = () => {
      throw new DOMException("full", "QuotaExceededError");
    };
    const outbox = new Outbox(storage, "a_1", "d1");
    outbox.add(line("one"));
    expect(outbox.pending()).toHaveLength(1);
    expect(outbox.durable).toBe(false);
  });

  it("reads an unreadable box as an empty one", () => {
    const storage = new MemoryStorage();
    storage.setItem("zg.outbox.a_1.d1", "{broken");
    expect(new Outbox(storage, "a_1", "d1").lines()).toEqual([]);
  });

  it("sends no more than the protocol knows", () => {
    const outbox = new Outbox(new MemoryStorage(), "a_1", "d1");
    const frame = frameOf(outbox.add(line("one"), { picture: 1 }));
    expect(Object.keys(frame).sort()).toEqual(["at", "conversation", "id", "kind", "seq", "t", "text"]);
  });
});

describe("tabs", () => {
  it("keep their name over a reload", async () => {
    const { local, tab } = browser();
    const session = new MemoryStorage();
    const before = tab();
    const first = await openOutbox({ local, session, claims: before }, "a_1");
    first.add(line("one"));
    before.close();
    const second = await openOutbox({ local, session, claims: tab() }, "a_1");
    expect(second.device).toBe(first.device);
    expect(second.pending()).toHaveLength(1);
  });

  it("that were duplicated get another name", async () => {
    const { local, tab } = browser();
    const session = new MemoryStorage();
    const first = await openOutbox({ local, session, claims: tab() }, "a_1");
    const copied = new MemoryStorage();
    copied.setItem("zg.device", session.getItem("zg.device") ?? "");
    const second = await openOutbox({ local, session: copied, claims: tab() }, "a_1");
    expect(second.device).not.toBe(first.device);
  });

  it("do not touch what a living tab is about to send", async () => {
    const { local, tab } = browser();
    const first = await openOutbox({ local, session: new MemoryStorage(), claims: tab() }, "a_1");
    first.add(line("mine"));
    const second = await openOutbox({ local, session: new MemoryStorage(), claims: tab() }, "a_1");
    expect(second.pending()).toEqual([]);
  });

  it("take over a closed one whole, and the lines of further ones with their ids", async () => {
    const { local, tab } = browser();
    const tabs = [tab(), tab()];
    const boxes = await Promise.all(
      tabs.map((claims) => openOutbox({ local, session: new MemoryStorage(), claims }, "a_1")),
    );
    boxes[0]?.add(line("one"));
    boxes[0]?.add(line("two"));
    boxes[1]?.add(line("three"));
    for (const one of tabs) one.close();
    const next = await openOutbox({ local, session: new MemoryStorage(), claims: tab() }, "a_1");
    expect(next.device).toBe(boxes[0]?.device);
    expect(next.pending().map((one) => [one.id, one.seq])).toEqual([
      [`${boxes[0]?.device}-1`, 1],
      [`${boxes[0]?.device}-2`, 2],
      [`${boxes[1]?.device}-1`, 3],
    ]);
    expect(local.length).toBe(1);
  });

  it("of another person are another matter", async () => {
    const { local, tab } = browser();
    const claims = tab();
    const first = await openOutbox({ local, session: new MemoryStorage(), claims }, "a_1");
    first.add(line("hers"));
    claims.close();
    const second = await openOutbox({ local, session: new MemoryStorage(), claims: tab() }, "a_2");
    expect(second.pending()).toEqual([]);
  });
});

describe("claims", () => {
  it("by lease hold while renewed and end when let go", async () => {
    vi.useFakeTimers();
    const storage = new MemoryStorage();
    const release = await leaseClaims(storage, "tab1").take("d1");
    expect(await leaseClaims(storage, "tab2").take("d1")).toBeNull();
    vi.advanceTimersByTime(600_000);
    expect(await leaseClaims(storage, "tab2").take("d1")).toBeNull();
    release?.();
    expect(await leaseClaims(storage, "tab2").take("d1")).not.toBeNull();
    vi.useRealTimers();
  });

  it("by lock ask without waiting first", async () => {
    const asked: LockOptions[] = [];
    const locks = {
      request: (_name: string, options: LockOptions, hold: (lock: Lock | null) => unknown) => {
        asked.push(options);
        return Promise.resolve(hold(options.ifAvailable ? null : ({ name: "d1" } as Lock)));
      },
    } as unknown as LockManager;
    expect(await lockClaims(locks).take("d1")).toBeNull();
    expect(await lockClaims(locks).take("d1", 100)).toBeTypeOf("function");
    expect(asked).toHaveLength(3);
  });
});

describe("delivery", () => {
  let outbox: Outbox;
  let sent: string[];
  let takes: boolean;
  let delivery: Delivery;

  beforeEach(() => {
    vi.useFakeTimers();
    outbox = new Outbox(new MemoryStorage(), "a_1", "d1");
    sent = [];
    takes = true;
    delivery = new Delivery(outbox, (frame: ClientFrame) => {
      if (takes && frame.t === "send") sent.push(frame.id);
      return takes;
    });
  });
  afterEach(() => vi.useRealTimers());

  it("waits for the socket, then sends in order, each once", () => {
    outbox.add(line("one"));
    delivery.push();
    expect(sent).toEqual([]);
    delivery.ready();
    outbox.add(line("two"));
    delivery.push();
    expect(sent).toEqual(["d1-1", "d1-2"]);
  });

  it("sends everything unanswered again after a reconnect, in order", () => {
    delivery.ready();
    for (const text of ["one", "two", "three"]) outbox.add(line(text));
    delivery.push();
    delivery.acknowledged("d1-1");
    delivery.lost();
    sent.length = 0;
    delivery.ready();
    expect(sent).toEqual(["d1-2", "d1-3"]);
  });

  it("stops where the socket stops", () => {
    delivery.ready();
    takes = false;
    outbox.add(line("one"));
    delivery.push();
    takes = true;
    delivery.push();
    expect(sent).toEqual(["d1-1"]);
  });

  it("retry:true keeps the line and goes on from it after the pause", () => {
    delivery.ready();
    outbox.add(line("one"));
    outbox.add(line("two"));
    delivery.push();
    delivery.refused({ t: "error", code: "chat.too_fast", id: "d1-1", retry: true, after: 700 });
    delivery.refused({ t: "error", code: "chat.out_of_order", id: "d1-2", retry: true, after: 100 });
    outbox.add(line("three"));
    delivery.push();
    expect(sent).toEqual(["d1-1", "d1-2"]);
    vi.advanceTimersByTime(701);
    expect(sent).toEqual(["d1-1", "d1-2", "d1-1", "d1-2", "d1-3"]);
  });

  it("retry:false shows the refusal and lets the others pass", () => {
    delivery.ready();
    outbox.add(line("one"));
    outbox.add(line("two"));
    delivery.push();
    delivery.refused({ t: "error", code: "chat.blocked", id: "d1-1", retry: false });
    expect(delivery.acknowledged("d1-2")).toMatchObject({ text: "two" });
    expect(outbox.lines()).toMatchObject([{ id: "d1-1", state: "failed" }]);
  });

  it("asks again when no answer comes on a living socket", () => {
    delivery.ready();
    outbox.add(line("one"));
    delivery.push();
    vi.advanceTimersByTime(20_001);
    expect(sent).toEqual(["d1-1", "d1-1"]);
    delivery.acknowledged("d1-1");
    vi.advanceTimersByTime(60_000);
    expect(sent).toHaveLength(2);
  });

  it("does not mind answers that concern another tab", () => {
    expect(delivery.acknowledged("d9-1")).toBeUndefined();
    delivery.refused({ t: "error", code: "x", id: "d9-1", retry: true });
    delivery.refused({ t: "error", code: "x", retry: false });
    expect(outbox.lines()).toEqual([]);
  });
});
