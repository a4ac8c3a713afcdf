import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { coloursOf, contrast, PAIRS } from "./contrast";

const css = readFileSync("src/ui/styles/colours.css", "utf-8");

describe.each(["light", "dark"] as const)("colours of the %s theme", (theme) => {
  const colours = coloursOf(css, theme);

  it.each(PAIRS)("%s on %s reaches %s : 1", (front, back, least) => {
    expect(colours[front], front).toBeDefined();
    expect(colours[back], back).toBeDefined();
    expect(contrast(colours[front] ?? "", colours[back] ?? "")).toBeGreaterThanOrEqual(least);
  });
});

it("both themes name the same colours", () => {
  expect(Object.keys(coloursOf(css, "dark"))).toEqual(Object.keys(coloursOf(css, "light")));
});

it("measures what WCAG measures", () => {
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 5);
  expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
});
