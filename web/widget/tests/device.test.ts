import { beforeEach, describe, expect, it, vi } from "vitest";
import { claimDevice, hasUnsent, retireDevice } from "../src/core/device";
import { Keep } from "../src/core/keep";
import { Outbox } from "../src/core/outbox";
import { FakeStorage } from "./fakes";

/** Web Locks as far as they are used here: exclusive, refused when taken. */
function fakeLocks(): LockManager {
  const held = new Set<string>();
  const request = async (name: string, ...rest: unknown[]) => {
    const act = rest.at(-1) as (lock: unknown) => Promise<unknown>;
    if (held.has(name)) return act(null);
    held.add(name);
    return Promise.resolve(act({ name })).finally(() => held.delete(name));
  };
  return { request, query: vi.fn() } as unknown as LockManager;
}

let keep: Keep;
beforeEach(() => {
  sessionStorage.clear();
  keep = new Keep("zg:", new FakeStorage());
});

describe("one device for one tab", () => {
  it("two tabs get two, a reload gets its own again", async () => {
    const locks = fakeLocks();
    const first = await claimDevice(keep, locks);
    const second = await claimDevice(keep, locks);
    expect(second.id).not.toBe(first.id);
    first.release();
    await new Promise((done) => setTimeout(done));
    expect((await claimDevice(keep, locks)).id).toBe(first.id);
  });

  it("takes over the device whose lines were never sent", async () => {
    const locks = fakeLocks();
    const tabs = [await claimDevice(keep, locks), await claimDevice(keep, locks)];
    new Outbox(keep, tabs[1]?.id ?? "").add({ kind: "text", text: "没发出去" }, 1);
    for (const tab of tabs) tab.release();
    await new Promise((done) => setTimeout(done));
    expect(hasUnsent(keep)).toBe(true);
    expect((await claimDevice(keep, locks)).id).toBe(tabs[1]?.id);
  });

  it("without Web Locks a tab keeps its device and strangers take only abandoned ones", async () => {
    const id = (await claimDevice(keep, undefined as never)).id;
    new Outbox(keep, id).save();
    expect((await claimDevice(keep, undefined as never)).id).toBe(id);
    sessionStorage.clear();
    const other = (await claimDevice(keep, undefined as never)).id;
    expect(other).not.toBe(id);
  });

  it("a broken lock manager does not stop the chat", async () => {
    const locks = { request: () => Promise.reject(new DOMException("no", "SecurityError")) } as unknown as LockManager;
    expect((await claimDevice(keep, locks)).id).toMatch(/^d/);
  });

  it("a retired device is nobody's", async () => {
    const locks = fakeLocks();
    const tab = await claimDevice(keep, locks);
    retireDevice(keep, tab.id);
    tab.release();
    expect((await claimDevice(keep, locks)).id).not.toBe(tab.id);
  });
});
