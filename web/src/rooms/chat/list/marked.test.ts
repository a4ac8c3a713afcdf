import { expect, it } from "vitest";
import { marked } from "./marked";

const shape = (text: string, spans: [number, number][]) =>
  marked(text, spans)
    .map((part) => (part.hit ? `<${part.text}>` : part.text))
    .join("");

it("marks what was found", () => {
  expect(shape("可以换货吗？尺码有点大", [[6, 8]])).toBe("可以换货吗？<尺码>有点大");
  expect(
    shape("abcabc", [
      [0, 1],
      [3, 4],
    ]),
  ).toBe("<a>bc<a>bc");
  expect(shape("没有位置", [])).toBe("没有位置");
});

it("counts signs as the server does, not halves of them", () => {
  expect(shape("😀😀退货", [[2, 4]])).toBe("😀😀<退货>");
});

it("shortens a long beginning", () => {
  expect(shape(`${"长".repeat(60)}退货`, [[60, 62]])).toBe(`…${"长".repeat(12)}<退货>`);
});

it("survives spans that do not fit", () => {
  expect(shape("短", [[0, 9]])).toBe("短");
});
