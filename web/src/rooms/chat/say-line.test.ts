import { expect, it } from "vitest";
import { lastLine, plainLine, waited } from "./say-line";

const t = (key: string) => `{${key}}`;

it("says a line in short", () => {
  expect(plainLine({ kind: "text", text: "在吗" }, t)).toBe("在吗");
  expect(plainLine({ kind: "image", text: "" }, t)).toBe("{chat.kinds.image}");
  expect(plainLine({ kind: "note", text: "内部" }, t)).toBe("{chat.kinds.note} 内部");
  expect(lastLine({ sender: "agent", kind: "text", text: "好的" }, t)).toBe("{chat.list.me}好的");
  expect(lastLine({ sender: "agent", kind: "note", text: "内部" }, t)).not.toContain("list.me");
  expect(lastLine(null, t)).toBe("");
});

it.each([
  [0, "0秒", "0s"],
  [59_900, "59秒", "59s"],
  [60_000, "1分", "1m"],
  [3_900_000, "1时05分", "1h05m"],
  [200_000_000, "2天", "2d"],
])("says a waiting time of %i ms", (ms, zh, en) => {
  expect(waited(ms, "zh-CN")).toBe(zh);
  expect(waited(ms, "en")).toBe(en);
});
