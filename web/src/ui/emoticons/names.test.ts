import { describe, expect, it } from "vitest";
import { drawing } from "./draw";
import { codeOf, EMOTICONS, emoticonIndex, pieces } from "./names";

it("has at least forty, each with its own name in both languages and its own drawing", () => {
  expect(EMOTICONS.length).toBeGreaterThanOrEqual(40);
  expect(new Set(EMOTICONS.map((one) => one.name)).size).toBe(EMOTICONS.length);
  expect(new Set(EMOTICONS.map((one) => one.en)).size).toBe(EMOTICONS.length);
  expect(new Set(EMOTICONS.map(drawing)).size).toBe(EMOTICONS.length);
});

describe("a line is cut into words and emoticons", () => {
  it.each([
    ["您好[微笑]", ["您好", emoticonIndex("微笑")]],
    ["[微笑][玫瑰]", [emoticonIndex("微笑"), emoticonIndex("玫瑰")]],
    ["[不是表情]", ["[不是表情]"]],
    ["[[OK]]", ["[", emoticonIndex("OK"), "]"]],
    ["", []],
    ["a[b", ["a[b"]],
  ])("%s", (line, expected) => {
    expect(pieces(line).map((piece) => ("text" in piece ? piece.text : piece.emoticon))).toEqual(expected);
  });

  it("and nothing of it is lost", () => {
    for (const line of ["在吗[大笑] 亲[xx]，看看[OK]吧", "[微笑]".repeat(30), "]][[", "<b>[赞]</b>"]) {
      const again = pieces(line).map((piece) => {
        if ("text" in piece) return piece.text;
        const emoticon = EMOTICONS[piece.emoticon];
        return emoticon ? codeOf(emoticon) : "";
      });
      expect(again.join("")).toBe(line);
    }
  });
});
