type Rgb = [number, number, number];

const PAPER: Rgb = [251, 247, 239];
const NIGHT: Rgb = [30, 28, 25];
const INK: Rgb = [30, 26, 20];
const WHITE: Rgb = [255, 255, 255];
const AA = 4.6;

function luminance(rgb: Rgb): number {
  const [r, g, b] = rgb.map((v) => (v <= 10 ? v / 3294.6 : ((v / 255 + 0.055) / 1.055) ** 2.4)) as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

export function contrast(a: Rgb, b: Rgb): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

/** Moves a colour towards another until it can be read on `ground`. */
function readable(from: Rgb, to: Rgb, ground: Rgb): Rgb {
  for (let share = 0; share < 1; share += 0.05) {
    const mixed = from.map((v, i) => Math.round(v + ((to[i] as number) - v) * share)) as Rgb;
    if (contrast(mixed, ground) >= AA) return mixed;
  }
  return to;
}

/**
 * Custom properties for the shop's accent, whatever it is: text on it, and itself as text on
 * light and dark paper, always at AA contrast.
 */
export function tint(computed: string): string {
  const rgb = (computed.match(/[\d.]+/g) ?? [15, 92, 92]).slice(0, 3).map(Number) as Rgb;
  const on = contrast(rgb, WHITE) >= AA ? WHITE : contrast(rgb, INK) >= AA ? INK : WHITE;
  const ground = contrast(rgb, on) >= AA ? rgb : readable(rgb, INK, WHITE);
  const css = (color: Rgb) => `rgb(${color.join(" ")})`;
  const names = { a: ground, on, al: readable(rgb, INK, PAPER), ad: readable(rgb, WHITE, NIGHT) };
  return Object.entries(names)
    .map(([name, color]) => `--${name}:${css(color)}`)
    .join(";");
}
