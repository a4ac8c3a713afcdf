import { beforeEach, expect, it } from "vitest";
import type { EventFrame, Stored } from "../../realtime/frames";
import { Concern } from "./attention";
import { aMessage, aRow } from "./builders";
import type { Message, Row } from "./shapes";

let concern: Concern;
const change = (row: Partial<Row>, message?: Partial<Message>): EventFrame => ({
  t: "event",
  n: 1,
  prev: 0,
  at: 0,
  kind: "x",
  put: {
    conversation: { ...aRow(row) } as Stored,
    ...(message ? { message: { ...aMessage(1, message) } as Stored } : {}),
  },
});

beforeEach(() => {
  concern = new Concern("a_me");
  concern.begin([aRow({ id: "mine" }), aRow({ id: "other", assignee: "a_other" })]);
});

it("a customer's line in a conversation of mine concerns me", () => {
  expect(concern.of(change({ id: "mine" }, {}))?.message).toBeDefined();
});

it("my own, an automatic and a system line do not", () => {
  for (const sender of ["agent", "auto", "system"] as const) {
    expect(concern.of(change({ id: "mine" }, { sender }))).toBeNull();
  }
});

it("a colleague's customer does not, until he becomes mine", () => {
  expect(concern.of(change({ id: "other", assignee: "a_other" }, {}))).toBeNull();
  expect(concern.of(change({ id: "other" }))).toMatchObject({ row: { id: "other" } });
  expect(concern.of(change({ id: "other" }))).toBeNull();
});

it("what came back to me is news again", () => {
  concern.of(change({ id: "mine", assignee: null }));
  expect(concern.of(change({ id: "mine" }))).not.toBeNull();
});

it("an ended one and other tables are none", () => {
  expect(concern.of(change({ id: "mine", state: "ended" }, {}))).toBeNull();
  expect(concern.of({ t: "event", n: 1, prev: 0, at: 0, kind: "x", put: { agent: { id: "a" } } })).toBeNull();
});
