/**
 * Which blocks of a long talk have to exist. The thread hangs from its lower end (everything is measured from there), so
 * what is loaded or measured above never moves what is being read.
 */
export interface Sight {
  /** Distance of the lower edge of the view from the end of the talk. */
  fromEnd: number;
  view: number;
  /** How far beyond the view blocks are kept. */
  margin: number;
}

export interface Window {
  /** First and last (exclusive) block that exists. */
  from: number;
  to: number;
  above: number;
  below: number;
}

/** `heights` from the oldest block to the newest. */
export function windowOf(heights: readonly number[], { fromEnd, view, margin }: Sight): Window {
  const lower = fromEnd - margin;
  const upper = fromEnd + view + margin;
  let from = heights.length;
  let to = heights.length;
  let above = 0;
  let below = 0;
  let edge = 0;
  for (let i = heights.length - 1; i >= 0; i -= 1) {
    const height = heights[i] ?? 0;
    const start = edge;
    edge += height;
    if (edge <= lower) {
      to = i;
      from = i;
      below += height;
    } else if (start < upper) from = i;
    else above += height;
  }
  return { from, to, above, below };
}

export const sameWindow = (a: Window, b: Window) =>
  a.from === b.from && a.to === b.to && a.above === b.above && a.below === b.below;

/** Until a block has been seen its height is guessed from its lines. */
export const guessHeight = (lines: number): number => lines * 62;
