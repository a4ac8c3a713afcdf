import { describe, expect, it, vi } from "vitest";
import { Tables } from "./tables";

const a = (text: string) => ({ id: "a", text });

describe("a record", () => {
  it("is taken when newer or equal, and left when older", () => {
    const tables = new Tables();
    tables.apply(5, { row: a("five") });
    tables.apply(4, { row: a("four") });
    expect(tables.get("row", "a")).toEqual(a("five"));
    tables.apply(5, { row: a("five again") });
    expect(tables.get("row", "a")).toEqual(a("five again"));
  });

  it("does not come back from an older answer once it is gone", () => {
    const tables = new Tables();
    tables.apply(5, { row: a("there") });
    tables.apply(7, {}, ["row:a"]);
    tables.merge("row", [a("late")], 6);
    expect(tables.get("row", "a")).toBeUndefined();
    tables.apply(8, { row: a("anew") });
    expect(tables.get("row", "a")).toEqual(a("anew"));
  });

  it("is not removed by an older removal", () => {
    const tables = new Tables();
    tables.apply(9, { row: a("there") });
    tables.apply(8, {}, ["row:a"]);
    expect(tables.table("row").size).toBe(1);
  });

  it("without an id is known by conversation and place", () => {
    const tables = new Tables();
    tables.apply(1, { message: { conversation: "c_1", seq: 4, text: "hello" } });
    expect(tables.get("message", "c_1/4")).toMatchObject({ text: "hello" });
  });
});

describe("a snapshot", () => {
  it("replaces what is not newer, and only in its tables", () => {
    const tables = new Tables();
    tables.apply(3, { row: a("old"), other: a("other table") });
    tables.apply(12, { row: { id: "b", text: "newer than the snapshot" } });
    tables.load(10, { row: [{ id: "c", text: "c" }] });
    expect([...tables.table("row").ids()].sort()).toEqual(["b", "c"]);
    expect(tables.get("other", "a")).toEqual(a("other table"));
  });

  it("plus events is the same whichever comes first", () => {
    const early = new Tables();
    early.apply(11, { row: a("eleven") }, ["row:b"]);
    early.load(10, { row: [a("ten"), { id: "b" }] });
    const late = new Tables();
    late.load(10, { row: [a("ten"), { id: "b" }] });
    late.apply(11, { row: a("eleven") }, ["row:b"]);
    expect([...early.table("row").records()]).toEqual([...late.table("row").records()]);
  });
});

describe("listeners", () => {
  it("hear of their record only, once a batch", () => {
    const tables = new Tables();
    const one = vi.fn();
    const whole = vi.fn();
    tables.table("row").onRecord("a", one);
    const off = tables.table("row").onChange(whole);
    tables.merge("row", [{ id: "b" }, { id: "c" }], 1);
    expect(one).not.toHaveBeenCalled();
    expect(whole).toHaveBeenCalledTimes(1);
    expect(whole).toHaveBeenCalledWith(new Set(["b", "c"]));
    tables.apply(2, { row: a("x") });
    expect(one).toHaveBeenCalledTimes(1);
    off();
    tables.apply(3, { row: a("y") });
    expect(whole).toHaveBeenCalledTimes(2);
  });
});

describe("a guess", () => {
  it("shows at once and goes back", () => {
    const tables = new Tables();
    tables.apply(5, { row: { id: "a", state: "open" } });
    const back = tables.table("row").guess("a", { state: "ended" });
    expect(tables.get("row", "a")).toMatchObject({ state: "ended" });
    back();
    expect(tables.get("row", "a")).toMatchObject({ state: "open" });
  });

  it("yields to the server, and its way back then does nothing", () => {
    const tables = new Tables();
    tables.apply(5, { row: { id: "a", state: "open" } });
    const back = tables.table("row").guess("a", { state: "ended" });
    tables.apply(6, { row: { id: "a", state: "moved" } });
    back();
    expect(tables.get("row", "a")).toMatchObject({ state: "moved" });
  });
});

it("forgets without a mark, so that a record may return with any number", () => {
  const tables = new Tables();
  tables.merge("message", [{ id: "m" }], 9);
  tables.table("message").forget(["m"]);
  expect(tables.table("message").size).toBe(0);
  tables.merge("message", [{ id: "m" }], 0);
  expect(tables.table("message").size).toBe(1);
});

it("keeps its count through every way in and out", () => {
  const table = new Tables().table("row");
  table.put("a", {}, 1);
  table.put("a", {}, 2);
  table.remove("a", 3);
  table.remove("a", 4);
  table.put("a", {}, 5);
  expect(table.size).toBe(1);
  expect([...table.records()]).toHaveLength(1);
});
