/** Which colours meet, and how far apart they must be. The proof runs over both themes in tokens.test.ts. */

const TEXT = 4.5;
const SHAPE = 3;

type Pair = readonly [front: string, back: string, least: number];

const on = (fronts: string[], backs: string[], least: number): Pair[] =>
  fronts.flatMap((front) => backs.map((back): Pair => [front, back, least]));

const SURFACES = ["paper", "paper-raised", "paper-sunk", "paper-hover", "paper-selected"];
const MEANINGS = ["danger", "success", "warning", "info", "note", "plum", "waiting-1", "waiting-2", "waiting-3"];
const FACES = [1, 2, 3, 4, 5, 6, 7, 8].map((face) => `face-${face}`);

export const PAIRS: readonly Pair[] = [
  ...on(["ink", "ink-soft", "ink-faint", "accent-ink", "danger"], SURFACES, TEXT),
  ...on(["accent", "accent-strong"], ["paper", "paper-raised", "paper-hover"], TEXT),
  ...MEANINGS.flatMap((name) => on([name], [`${name}-soft`, "paper-raised", "paper"], TEXT)),
  ...on(
    ["ink"],
    MEANINGS.map((name) => `${name}-soft`),
    TEXT,
  ),
  ...on(["on-accent"], ["accent", "accent-strong"], TEXT),
  ...on(["on-danger"], ["danger", "danger-strong"], TEXT),
  ...on(["on-seal"], ["seal"], TEXT),
  ...on(["accent-ink"], ["accent-soft", "bubble-agent"], TEXT),
  ...on(["rail-ink", "rail-ink-soft"], ["rail", "rail-raised"], TEXT),
  ...on(["bubble-ink", "ink-soft"], ["bubble-customer", "bubble-agent", "bubble-auto"], TEXT),
  ...on(["ink-faint"], ["bubble-customer", "bubble-auto"], TEXT),
  ...on(["ink"], ["mark-ground"], TEXT),
  ...on(["ink", "ink-soft", "ink-faint"], ["chip"], TEXT),
  ...on(["face-ink"], FACES, TEXT),
  ...on(["line-field"], ["paper", "paper-raised"], SHAPE),
  ...on(["focus", "seal"], SURFACES, SHAPE),
  ...on(["online", "busy", "away", "offline"], ["paper-raised", "paper", "paper-selected"], SHAPE),
];

/** `#rrggbb` → relative luminance as WCAG defines it. */
export function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** WCAG contrast ratio, 1 to 21. */
export function contrast(front: string, back: string): number {
  const [light, dark] = [luminance(front), luminance(back)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** Reads the custom properties of one theme block out of the stylesheet's text. */
export function coloursOf(css: string, theme: "light" | "dark"): Record<string, string> {
  const block = css.slice(css.indexOf(`[data-theme="${theme}"] {`));
  const body = block.slice(block.indexOf("{") + 1, block.indexOf("}"));
  return Object.fromEntries(
    [...body.matchAll(/--zg-([\w-]+):\s*(#[0-9a-f]{6});/g)].map((found) => [found[1], found[2]]),
  );
}
