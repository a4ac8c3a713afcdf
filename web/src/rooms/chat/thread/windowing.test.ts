import { describe, expect, it } from "vitest";
import { windowOf } from "./windowing";

const heights = Array.from({ length: 100 }, (_, i) => 300 + (i % 7) * 100);
const whole = heights.reduce((a, b) => a + b, 0);

describe("the window of a long talk", () => {
  it("covers the view and its margin, and nothing of the height is lost", () => {
    for (let fromEnd = 0; fromEnd < whole; fromEnd += 777) {
      const window = windowOf(heights, { fromEnd, view: 800, margin: 1_000 });
      const shown = heights.slice(window.from, window.to).reduce((a, b) => a + b, 0);
      expect(window.above + shown + window.below).toBe(whole);
      expect(window.below).toBeLessThanOrEqual(Math.max(0, fromEnd - 1_000));
      expect(window.below + shown).toBeGreaterThanOrEqual(Math.min(whole, fromEnd + 1_800));
      expect(window.to - window.from).toBeLessThan(14);
    }
  });

  it("at the end holds the last blocks", () => {
    const window = windowOf(heights, { fromEnd: 0, view: 800, margin: 1_000 });
    expect(window.to).toBe(100);
    expect(window.below).toBe(0);
  });

  it("of nothing is empty", () => {
    expect(windowOf([], { fromEnd: 0, view: 800, margin: 0 })).toEqual({ from: 0, to: 0, above: 0, below: 0 });
  });
});
