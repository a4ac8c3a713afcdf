import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { MemoryStorage } from "../../realtime/fake-socket";
import type { ClientFrame } from "../../realtime/frames";
import type { LiveSession } from "../../realtime/live";
import { Tables } from "../../realtime/tables";
import { Drafts, noteDraft } from "./drafts";

let sent: ClientFrame[];
let online: boolean;
let ready: () => void;
let tables: Tables;
let storage: MemoryStorage;

function open(): Drafts {
  const live = {
    tables,
    on: (_: string, listener: () => void) => {
      ready = listener;
      return () => undefined;
    },
    signal: (frame: ClientFrame) => {
      if (online) sent.push(frame);
      return online;
    },
  };
  return new Drafts(live as unknown as LiveSession, "a_me", storage);
}

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  online = true;
  tables = new Tables();
  storage = new MemoryStorage();
});
afterEach(() => vi.useRealTimers());

it("keeps what is written, and tells the server when the hand rests", () => {
  const drafts = open();
  for (const text of ["你", "你好", "你好呀"]) drafts.set("c_1", text);
  expect(sent).toEqual([]);
  vi.advanceTimersByTime(900);
  expect(sent).toEqual([{ t: "draft", conversation: "c_1", text: "你好呀" }]);
  expect(open().get("c_1")).toBe("你好呀");
});

it("tells on return what was written offline", () => {
  online = false;
  const drafts = open();
  drafts.set("c_1", "断网时写的");
  vi.advanceTimersByTime(900);
  expect(sent).toEqual([]);
  online = true;
  ready();
  expect(sent).toHaveLength(1);
  ready();
  expect(sent).toHaveLength(1);
});

it("takes another device's draft when that is newer", () => {
  const drafts = open();
  drafts.set("c_1", "旧的");
  drafts.flush();
  vi.advanceTimersByTime(10);
  tables.apply(1, { draft: { id: "c_1", text: "新的", at: Date.now() } });
  expect(drafts.get("c_1")).toBe("新的");
  drafts.set("c_1", "更新的");
  expect(drafts.get("c_1")).toBe("更新的");
});

it("an emptied draft is told and then forgotten", () => {
  const drafts = open();
  drafts.set("c_1", "x");
  drafts.flush();
  drafts.set("c_1", "");
  drafts.flush();
  expect(sent.at(-1)).toEqual({ t: "draft", conversation: "c_1", text: "" });
  expect(storage.length).toBe(0);
});

it("two tabs keep their own", () => {
  const one = open();
  const two = open();
  one.set("c_1", "甲");
  two.set("c_2", "乙");
  two.flush();
  one.flush();
  expect([open().get("c_1"), open().get("c_2")]).toEqual(["甲", "乙"]);
});

it("forgets what has lain too long, and what cannot be read", () => {
  storage.setItem("zg.draft.a_me.c_1", JSON.stringify({ text: "旧", at: Date.now() - 40 * 86_400_000, unsent: false }));
  storage.setItem("zg.draft.a_me.c_2", "{broken");
  expect(open().get("c_1")).toBe("");
  expect(storage.length).toBe(0);
});

it("tells its listeners", () => {
  const drafts = open();
  const heard = vi.fn();
  const off = drafts.onChange("c_1", heard);
  drafts.set("c_1", "x");
  drafts.set("c_2", "y");
  off();
  drafts.set("c_1", "z");
  expect(heard).toHaveBeenCalledTimes(1);
});

it("a note that is being written stays on the device and apart from the reply", () => {
  const drafts = open();
  drafts.set(noteDraft("c_1"), "只给同事看");
  vi.advanceTimersByTime(2_000);
  ready();
  expect(sent).toEqual([]);
  expect(drafts.get("c_1")).toBe("");
  expect(open().get(noteDraft("c_1"))).toBe("只给同事看");
});
