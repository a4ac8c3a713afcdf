import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Tables } from "../../realtime/tables";
import { aRow } from "./builders";
import { ListModel } from "./list-model";
import type { Row } from "./shapes";

let tables: Tables;
let list: ListModel;
let n = 0;
const put = (change: Partial<Row>) => {
  n += 1;
  tables.apply(n, { conversation: { ...aRow(change) } });
};

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  tables = new Tables();
  list = new ListModel(tables, { id: "a_me", groups: [] });
  list.choose({ sort: "last" });
  put({ id: "a", last_at: 1 });
  put({ id: "b", last_at: 2 });
  list.arrived();
  vi.advanceTimersByTime(500);
});
afterEach(() => {
  list.stop();
  vi.useRealTimers();
});

it("follows the records", () => {
  expect(list.ids.value).toEqual(["b", "a"]);
  put({ id: "a", last_at: 3 });
  vi.advanceTimersByTime(500);
  expect(list.ids.value).toEqual(["a", "b"]);
});

it("is computed once for many changes", () => {
  const before = list.ids.value;
  for (let i = 0; i < 50; i += 1) put({ id: "a", last_at: 10 + i });
  expect(list.ids.value).toBe(before);
  vi.advanceTimersByTime(500);
  expect(list.ids.value).toEqual(["a", "b"]);
});

describe("while a hand is on it", () => {
  it("nothing moves, the counts stay true, and it says that it is behind", () => {
    list.hold();
    put({ id: "a", last_at: 3 });
    put({ id: "c", last_at: 4, unread: 2 });
    vi.advanceTimersByTime(500);
    expect(list.ids.value).toEqual(["b", "a"]);
    expect(list.counts.value.mine).toBe(3);
    expect(list.unread.value).toBe(1);
    expect(list.behind.value).toBe(true);
  });

  it("it settles by itself a moment after the hand has gone", () => {
    list.hold();
    put({ id: "a", last_at: 3 });
    vi.advanceTimersByTime(3_000);
    expect(list.ids.value).toEqual(["a", "b"]);
    expect(list.behind.value).toBe(false);
  });

  it("it settles at once when told", () => {
    list.hold();
    put({ id: "a", last_at: 3 });
    vi.advanceTimersByTime(500);
    list.settle();
    expect(list.ids.value).toEqual(["a", "b"]);
  });
});

it("an empty list is filled at once, whoever holds it", () => {
  list.choose({ filter: "queue" });
  list.hold();
  put({ id: "q", assignee: null });
  vi.advanceTimersByTime(500);
  expect(list.ids.value).toEqual(["q"]);
});

it("the open conversation keeps its place after it has left the list", () => {
  put({ id: "c", last_at: 3 });
  vi.advanceTimersByTime(500);
  list.keep("b");
  put({ id: "b", state: "ended" });
  vi.advanceTimersByTime(500);
  expect(list.ids.value).toEqual(["c", "b", "a"]);
  list.keep("a");
  vi.advanceTimersByTime(500);
  expect(list.ids.value).toEqual(["c", "a"]);
});

it("remembers how somebody likes it, but not a passing label", () => {
  list.choose({ filter: "queue", sort: "unanswered", label: "l_1" });
  const again = new ListModel(tables, { id: "a_me", groups: [] });
  expect(again.wish.value).toEqual({ filter: "queue", sort: "unanswered", label: null });
  again.stop();
});
