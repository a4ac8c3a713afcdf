import { describe, expect, it } from "vitest";
import { aRow } from "./builders";
import { type Looker, listing, nextWaiting, type Wish, waitingTint } from "./listing";
import type { Mark } from "./shapes";

const NOW = 1_000_000;
const looker = (marks: Record<string, Partial<Mark>> = {}): Looker => ({
  me: "a_me",
  groups: new Set(["g_1"]),
  now: NOW,
  mark: (id) => (marks[id] ? { id, pinned: false, starred: false, ...marks[id] } : undefined),
});
const wish = (change: Partial<Wish> = {}): Wish => ({ filter: "mine", sort: "last", label: null, ...change });

const rows = [
  aRow({ id: "mine", last_at: 10 }),
  aRow({ id: "queue", assignee: null, last_at: 20 }),
  aRow({ id: "group", assignee: "a_other", group: "g_1", last_at: 30 }),
  aRow({ id: "elsewhere", assignee: "a_other", group: "g_2", last_at: 40 }),
  aRow({ id: "asleep", snoozed_until: NOW + 1, last_at: 50 }),
  aRow({ id: "awake", snoozed_until: NOW - 1, last_at: 60 }),
  aRow({ id: "woken", snoozed_until: NOW + 1, unread: 1, last_at: 70 }),
  aRow({ id: "ended", state: "ended", last_at: 80 }),
];

describe("a filter shows", () => {
  it.each([
    ["mine", ["woken", "awake", "mine"]],
    ["queue", ["queue"]],
    ["group", ["group"]],
    ["all", ["woken", "awake", "asleep", "elsewhere", "group", "queue", "mine"]],
    ["snoozed", ["asleep"]],
    ["ended", ["ended"]],
    ["starred", ["group"]],
  ] as const)("%s", (filter, ids) => {
    const found = listing(rows, wish({ filter }), looker({ group: { starred: true } }));
    expect(found.ids).toEqual(ids);
  });

  it("its count whichever is looked at", () => {
    const { counts, unread } = listing(rows, wish({ filter: "queue" }), looker());
    expect(counts).toMatchObject({ mine: 3, queue: 1, group: 1, all: 7, snoozed: 1, ended: 0 });
    expect(unread).toBe(1);
  });

  it("one label only when asked", () => {
    const labelled = [aRow({ id: "a", labels: ["l_1"] }), aRow({ id: "b" })];
    expect(listing(labelled, wish({ label: "l_1" }), looker()).ids).toEqual(["a"]);
  });
});

describe("the order", () => {
  const some = [
    aRow({ id: "new", waiting_since: 900, unanswered: 1, last_at: 900 }),
    aRow({ id: "long", waiting_since: 100, unanswered: 2, last_at: 500 }),
    aRow({ id: "quiet", last_at: 950 }),
    aRow({ id: "old", last_at: 10 }),
    aRow({ id: "much", waiting_since: 300, unanswered: 5, last_at: 400 }),
  ];
  it.each([
    ["waiting", ["long", "much", "new", "quiet", "old"]],
    ["last", ["quiet", "new", "long", "much", "old"]],
    ["unanswered", ["much", "long", "new", "quiet", "old"]],
  ] as const)("by %s", (sort, ids) => {
    expect(listing(some, wish({ sort }), looker()).ids).toEqual(ids);
  });

  it("puts the pinned first, among themselves in the same order", () => {
    const marks = { old: { pinned: true }, new: { pinned: true } };
    expect(listing(some, wish({ sort: "waiting" }), looker(marks)).ids).toEqual([
      "new",
      "old",
      "long",
      "much",
      "quiet",
    ]);
  });

  it("is the same whatever the order of arrival", () => {
    const equal = [aRow({ id: "b", last_at: 1 }), aRow({ id: "a", last_at: 1 })];
    expect(listing(equal, wish(), looker()).ids).toEqual(listing(equal.toReversed(), wish(), looker()).ids);
  });
});

describe("the next who waits", () => {
  const waiting = [
    aRow({ id: "mine", waiting_since: 500 }),
    aRow({ id: "longer", waiting_since: 100 }),
    aRow({ id: "queue", assignee: null, waiting_since: 1 }),
    aRow({ id: "other", assignee: "a_other", waiting_since: 1 }),
  ];
  it("is the longest of mine, then of the queue, never a colleague's", () => {
    expect(nextWaiting(waiting, looker(), null)).toBe("longer");
    expect(nextWaiting(waiting, looker(), "longer")).toBe("mine");
    expect(nextWaiting(waiting, looker(), "mine")).toBe("queue");
    expect(nextWaiting(waiting, looker(), "queue")).toBe("longer");
    expect(nextWaiting(waiting.slice(2, 3), looker(), "queue")).toBeNull();
    expect(nextWaiting(waiting.slice(2), looker(), null)).toBe("queue");
    expect(nextWaiting(waiting.slice(3), looker(), null)).toBeNull();
  });
});

it("tints a waiting time as it grows", () => {
  expect([0, 59_999, 60_000, 179_999, 180_000].map(waitingTint)).toEqual([1, 1, 2, 2, 3]);
});

it("sorts ten thousand rows in the time of a frame or two", () => {
  const many = Array.from({ length: 10_000 }, (_, i) =>
    aRow({ id: `c_${i}`, last_at: (i * 7919) % 10_007, waiting_since: i % 3 ? null : (i * 31) % 997 }),
  );
  const start = performance.now();
  expect(listing(many, wish({ filter: "all", sort: "waiting" }), looker()).ids).toHaveLength(10_000);
  expect(performance.now() - start).toBeLessThan(150);
});
