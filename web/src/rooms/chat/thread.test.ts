import { beforeEach, describe, expect, it } from "vitest";
import { aMessage, messages } from "./builders";
import { Thread } from "./thread";

let thread: Thread;
const seqs = () => thread.blocks.flatMap((block) => block.messages.map((message) => message.seq));

beforeEach(() => {
  thread = new Thread("c_1");
  thread.reset(messages(51, 100), { conversation: "c_1", before: 51 });
});

it("cuts what it is given into bearable blocks", () => {
  expect(thread.blocks.map((block) => block.messages.length)).toEqual([40, 10]);
  expect(thread.first?.seq).toBe(51);
  expect(thread.last?.seq).toBe(100);
});

describe("a message", () => {
  it("is added at the end, once", () => {
    expect(thread.receive(aMessage(101))).toBe(true);
    expect(thread.receive(aMessage(101))).toBe(true);
    expect(thread.count).toBe(51);
  });

  it("that changed replaces its block and leaves the others as they are", () => {
    const [first, second] = thread.blocks;
    thread.receive(aMessage(60, { recalled_at: 5 }));
    expect(thread.find(aMessage(60))?.recalled_at).toBe(5);
    expect(thread.blocks[0]).not.toBe(first);
    expect(thread.blocks[1]).toBe(second);
  });

  it("that leaves a gap is shown, and the thread knows that it is behind", () => {
    thread.receive(aMessage(103));
    expect(thread.stale).toBe(true);
    expect(thread.last?.seq).toBe(103);
  });

  it("older than what is held, or of another talk, is not for here", () => {
    expect(thread.receive(aMessage(3))).toBe(false);
    expect(thread.receive(aMessage(101, { conversation: "c_2" }))).toBe(false);
  });

  it("before anything was loaded waits for the loading", () => {
    expect(new Thread("c_1").receive(aMessage(1))).toBe(false);
  });
});

describe("pages", () => {
  it("upward join in front, with the earlier talks of the customer", () => {
    const keys = thread.blocks.map((block) => block.key);
    thread.prepend(messages(1, 50), { conversation: "c_0", before: 21 });
    thread.prepend(messages(1, 20, { conversation: "c_0" }), null);
    expect(thread.count).toBe(120);
    expect(thread.first?.conversation).toBe("c_0");
    expect(thread.earlier).toBeNull();
    expect(thread.blocks.slice(-2).map((block) => block.key)).toEqual(keys);
  });

  it("told twice are held once", () => {
    thread.prepend(messages(41, 60), { conversation: "c_1", before: 41 });
    expect(seqs()).toEqual(Array.from({ length: 60 }, (_, i) => i + 41));
  });
});

describe("a fresh end", () => {
  it("that touches what is held joins it", () => {
    thread.prepend(messages(1, 50), null);
    thread.reset(messages(81, 130), { conversation: "c_1", before: 81 });
    expect(seqs()).toEqual(Array.from({ length: 130 }, (_, i) => i + 1));
    expect(thread.earlier).toBeNull();
    expect(thread.stale).toBe(false);
  });

  it("fills a gap that the last line had left", () => {
    thread.receive(aMessage(104));
    expect(thread.stale).toBe(true);
    thread.reset(messages(55, 104), { conversation: "c_1", before: 55 });
    expect(seqs()).toEqual(Array.from({ length: 54 }, (_, i) => i + 51));
  });

  it("does not join over a gap, even when the last line is held", () => {
    thread.receive(aMessage(160));
    thread.reset(messages(111, 160), { conversation: "c_1", before: 111 });
    expect(thread.first?.seq).toBe(111);
  });

  it("keeps a line that came while it was fetched", () => {
    thread.receive(aMessage(101));
    thread.receive(aMessage(102));
    thread.reset(messages(52, 101), { conversation: "c_1", before: 52 });
    expect(thread.last?.seq).toBe(102);
  });

  it("right after what is held joins it", () => {
    thread.reset(messages(101, 150), { conversation: "c_1", before: 101 });
    expect(thread.count).toBe(100);
  });

  it("leaves the blocks alone that it does not reach", () => {
    const [first] = thread.blocks;
    thread.reset(messages(95, 110), { conversation: "c_1", before: 95 });
    expect(thread.blocks[0]).toBe(first);
  });

  it("that does not touch takes its place", () => {
    thread.reset(messages(300, 349), { conversation: "c_1", before: 300 });
    expect(thread.first?.seq).toBe(300);
    expect(thread.earlier).toEqual({ conversation: "c_1", before: 300 });
  });
});

describe("a thread opened at an old place", () => {
  beforeEach(() => thread.reset(messages(10, 40), { conversation: "c_1", before: 10 }, true));

  it("does not mix the newest lines in", () => {
    expect(thread.receive(aMessage(500))).toBe(false);
    expect(thread.last?.seq).toBe(40);
  });

  it("grows downward until the end is reached", () => {
    thread.append(messages(35, 90), false);
    expect(thread.detached).toBe(true);
    thread.append(messages(91, 100), true);
    expect(thread.detached).toBe(false);
    expect(seqs()).toEqual(Array.from({ length: 91 }, (_, i) => i + 10));
    expect(thread.receive(aMessage(101))).toBe(true);
  });
});

it("tells its listeners of each change until they leave", () => {
  let heard = 0;
  const off = thread.onChange(() => {
    heard += 1;
  });
  thread.receive(aMessage(101));
  thread.receive(aMessage(2));
  off();
  thread.receive(aMessage(102));
  expect(heard).toBe(1);
});
