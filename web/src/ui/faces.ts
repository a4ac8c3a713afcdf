/** What stands in for a face: a stable colour and an initial, both from the name alone. */

const COLOURS = 8;

/** The same person gets the same colour on every screen: 1–8. */
export function faceColour(seed: string): number {
  let hash = 2166136261;
  for (const sign of seed) hash = Math.imul(hash ^ (sign.codePointAt(0) ?? 0), 16777619) >>> 0;
  return (hash % COLOURS) + 1;
}

/** 王小明 → 明 (people are called by the end of the name), Anna Bell → AB, 访客 8a2f → 访. */
export function initial(name: string): string {
  const clean = name.trim();
  if (!clean) return "?";
  const han = clean.match(/^\p{Script=Han}+/u)?.[0];
  if (han) return han.length >= 2 && han.length <= 4 && han === clean ? (han.at(-1) ?? "") : (han.at(0) ?? "");
  const words = clean.split(/[\s._-]+/u).filter(Boolean);
  return words
    .slice(0, 2)
    .map((word) => [...word][0]?.toUpperCase() ?? "")
    .join("");
}
