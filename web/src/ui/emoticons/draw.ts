/** The drawings of the emoticons, as SVG on a 32-unit grid: a round face put together from parts, or a thing. */

const INK = "#4a2f12";
const pen = (d: string, colour = INK, width = 2) =>
  `<path d="${d}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"/>`;
const shape = (d: string, fill: string) => `<path d="${d}" fill="${fill}"/>`;
const dot = (x: number, y: number, r: number, fill = INK) => `<circle cx="${x}" cy="${y}" r="${r}" fill="${fill}"/>`;
const heart = (x: number, y: number, s: number, fill = "#d8432f") =>
  shape(
    `M${x} ${y + s}C${x - 2 * s} ${y - s * 0.4} ${x - s} ${y - 1.6 * s} ${x} ${y - 0.6 * s}C${x + s} ${y - 1.6 * s} ${x + 2 * s} ${y - s * 0.4} ${x} ${y + s}z`,
    fill,
  );
const star = (x: number, y: number) =>
  shape(`M${x} ${y - 3.4}l1 2.3 2.4.2-1.8 1.6.6 2.4-2.2-1.3-2.2 1.3.6-2.4-1.8-1.6 2.4-.2z`, "#d8432f");

const EYES = {
  dots: dot(11, 13.5, 1.7) + dot(21, 13.5, 1.7),
  big: dot(11, 13, 2.7) + dot(21, 13, 2.7) + dot(12, 12, 0.9, "#fff") + dot(22, 12, 0.9, "#fff"),
  arcs: pen("M8.5 14.2q2.5-3.4 5 0M18.5 14.2q2.5-3.4 5 0"),
  closed: pen("M8.5 13q2.5 2.4 5 0M18.5 13q2.5 2.4 5 0"),
  lines: pen("M8.7 13.5h4.6M18.7 13.5h4.6"),
  wink: dot(11, 13.5, 1.7) + pen("M18.5 14.2q2.5-3.4 5 0"),
  side: dot(12.6, 13, 1.7) + dot(22.6, 13, 1.7) + pen("M8.8 10.4h4.6M18.8 10.4h4.6", INK, 1.5),
  hearts: heart(11, 13, 2.6) + heart(21, 13, 2.6),
  stars: star(11, 13.5) + star(21, 13.5),
  shades: shape("M6 10.5h20l-.8 3.6a3.6 3.6 0 0 1-7 .4L17.6 12h-3.2l-.6 2.5a3.6 3.6 0 0 1-7-.4z", "#2c2a33"),
  wet:
    dot(11, 13.5, 2.6) +
    dot(21, 13.5, 2.6) +
    dot(12, 12.4, 1.1, "#fff") +
    dot(22, 12.4, 1.1, "#fff") +
    dot(10, 15, 0.8, "#bfe3f2") +
    dot(20, 15, 0.8, "#bfe3f2"),
  shut: pen("M8.5 11.5l4.5 2-4.5 2M23.5 11.5l-4.5 2 4.5 2"),
  cross: dot(11.5, 14.5, 1.6) + dot(20.5, 14.5, 1.6) + pen("M8 10.6l5 1.8M24 10.6l-5 1.8"),
  spiral: pen(
    "M11 13.5m0 0a1 1 0 1 1 1.4 1.2 2.6 2.6 0 1 1-.2-4.2M21 13.5m0 0a1 1 0 1 1 1.4 1.2 2.6 2.6 0 1 1-.2-4.2",
    INK,
    1.3,
  ),
} satisfies Record<string, string>;

const MOUTHS = {
  smile: pen("M10.5 19.5q5.5 5 11 0"),
  small: pen("M13 20q3 2.4 6 0"),
  grin: shape("M9.5 18.5h13q-1 6-6.5 6t-6.5-6z", "#7c2d1c") + shape("M10.4 18.5h11.2l-.4 1.8H10.8z", "#fff"),
  laugh: shape("M9 17.5h14q-.6 8-7 8t-7-8z", "#7c2d1c") + shape("M12 23.4q4-2.4 8 0-1.6 2-4 2t-4-2z", "#ef8371"),
  tongue: pen("M10.5 19q5.5 4.4 11 0") + shape("M15.5 21.2h5q.4 4.6-2.4 4.6t-2.6-4.6z", "#ef6f5e"),
  cat: pen("M11 19q2.5 3 5 0 2.5 3 5 0"),
  kiss: pen("M15 18.4q3.4.6 1 2.3 2.6 1.2-.8 2.4", INK, 1.8),
  smirk: pen("M12 20.6q5 1.8 8.6-2.2"),
  round: `<ellipse cx="16" cy="21.4" rx="2.7" ry="3.3" fill="#7c2d1c"/>`,
  flat: pen("M11.5 21h9"),
  slant: pen("M12 21.8l8-1.8"),
  teeth: `<rect x="10.5" y="18.8" width="11" height="4.6" rx="2" fill="#fff" stroke="${INK}" stroke-width="1.4"/>${pen("M14.2 18.8v4.6M17.8 18.8v4.6M10.5 21.1h11", INK, 0.9)}`,
  wobble: pen("M10.5 21.6q1.8-2.4 3.7 0t3.6 0 3.7 0"),
  frown: pen("M11 23q5-4.6 10 0"),
  wail: shape("M10.5 25q0-7 5.5-7t5.5 7z", "#7c2d1c"),
  zip: pen("M10.5 21h11M12.5 19.6v2.8M16 19.6v2.8M19.5 19.6v2.8", INK, 1.6),
  mask: shape("M7 17.5q9-3 18 0v4q-2 6.5-9 6.5t-9-6.5z", "#e9f2f4") + pen("M11 20.5h10M11 23.5h10", "#9dbac2", 1.2),
} satisfies Record<string, string>;

const drop = (x: number, y: number) => shape(`M${x} ${y}q2.6 3.6 0 5-2.6-1.4 0-5z`, "#58a9d6");
const PALM = "#e39a2b";
const EXTRAS = {
  joy: drop(6.5, 15.5) + drop(25.5, 15.5),
  blush: `<ellipse cx="8" cy="18.5" rx="2.6" ry="1.5" fill="#f0806a" opacity=".75"/><ellipse cx="24" cy="18.5" rx="2.6" ry="1.5" fill="#f0806a" opacity=".75"/>`,
  heart: heart(25.5, 20, 3),
  question: pen("M24.5 4.6q2.4-2.8 4.4-.4 1 2-2 3.8v1.6", "#b03a24") + dot(26.9, 12.4, 1.2, "#b03a24"),
  hand: shape("M12 25q4-3 9-1 2 2.4-1 5-6 2-9-1z", PALM),
  sweat: drop(25.5, 6.5),
  tear: drop(22, 15.5),
  tears: shape("M9 16h3.4v11l-3.4-2zM19.6 16H23v9l-3.4 2z", "#7cc3e6"),
  red: `<circle cx="16" cy="16" r="13.5" fill="#e2492f" opacity=".38"/>`,
  sleep: pen("M23 3.5h4l-4 4.6h4M28 9.5h2.6L28 12.6h2.6", "#4a78a8", 1.5),
  finger: shape("M15 19.5q1.3-1.2 2.4 0l.6 8.5h-3.8z", PALM),
  fist: shape("M21.5 21q4-2 6.5 0 2.4 3-.5 6-3.5 2-6.5-.5-2-3 .5-5.5z", PALM),
  arms: shape("M2.5 20q5-1 8.5 4-.4 3.4-3.5 3-4.5-2-5-7zM29.5 20q-5-1-8.5 4 .4 3.4 3.5 3 4.5-2 5-7z", PALM),
  wave: shape("M23 20.5q1-2.5 2.5-1.5 0-2.5 2-2 .6-1.5 2-.4 1.8 4.5-.5 8-3 2.5-5.5-.1-1.5-2-.5-4z", PALM),
} satisfies Record<string, string>;

const HAND = "#f2b13c";
const THINGS = {
  ok: `${shape(
    "M11 12q-4 2-4 6t5 4q-2 4 2 6 7 1.5 9-5l2-11q.2-2-1.5-2t-2 2L20 17l.5-12q0-2-1.7-2t-1.8 2l-.5 11-2-9q-.5-2-2-1.6T11.3 8z",
    HAND,
  )}<circle cx="11.5" cy="17.5" r="3" fill="#fffdf6"/>`,
  thumb:
    shape("M5 15h5v12H5z", "#c8792a") +
    shape("M11 15q5-4 5-10 .3-2 2.3-1.6T20.5 8q0 3-1.5 5.5h6q2.6.6 2 3.5l-2 8.5q-.6 2-2.5 2H11z", HAND),
  clap:
    shape("M8 10l9 9M8 10q-2-1-3 1l7 14q5 5 10 1 3-3 1-8l-4-8q-2-1.5-2.5.6L18 14l-6-7q-2-1-2.3.7z", HAND) +
    pen("M24 4l-1 3M28 7l-2.4 2M19.5 3v3", "#b03a24", 1.8),
  shake:
    shape("M2 11l6-2 6 3 5-2 5 1 6-1v11l-5 1-6 5q-3 1-5-1l-6-4-6-1z", HAND) +
    pen("M13 13l4 3 3-1 5 5M12 20l3 3M15 18.5l3.5 3.5", "#9a5a1a", 1.5),
  pray:
    shape("M15.5 4q-1.5-1-2 1l-2 9-5 7 5 7 4-3zM16.5 4q1.5-1 2 1l2 9 5 7-5 7-4-3z", HAND) +
    pen("M16 6v19", "#9a5a1a", 1.2),
  rose:
    pen("M16 16v13M16 24q-5 0-6-4M16 26q4 0 5-3", "#3c7a45", 2) +
    shape("M16 3q7 1 7 7t-7 8q-7-2-7-8t7-7z", "#d8432f") +
    pen("M13 8q3-3 6 0t-3 4-3-2", "#8d2015", 1.4),
  heart: heart(16, 17, 9),
  broken: heart(16, 17, 9, "#b8453a") + pen("M16 10l-2.5 5 4.5 3-3 6", "#fffdf6", 2),
  gift:
    shape("M5 14h22v14H5z", "#d8432f") +
    shape("M4 10h24v5H4z", "#b03a24") +
    shape("M14 10h4v18h-4z", "#f4cf66") +
    pen("M16 10q-7 0-6-4t6 4q7 0 6-4t-6 4", "#d19a1d", 2),
  cake:
    shape("M5 17h22v11H5z", "#f6dfc0") +
    shape("M5 17q3 5 5.5 1 2.5 5 5.5.5 2.5 4 5.5-.5 2.5 3.5 5.5-1v-3H5z", "#e88a7c") +
    shape("M15 9h2v6h-2z", "#58a9d6") +
    shape("M16 3q2.5 3 0 5-2.5-2 0-5z", "#f2b13c"),
  envelope: `<rect x="7" y="3" width="18" height="26" rx="2.5" fill="#d1402c"/>${shape("M7 9q9 8 18 0V5.5Q25 3 22.5 3h-13Q7 3 7 5.5z", "#b03a24")}${dot(16, 14, 3.4, "#f4cf66")}`,
  sun:
    dot(16, 16, 7, "#f6b93b") +
    pen(
      "M16 3v3M16 26v3M3 16h3M26 16h3M6.8 6.8l2.1 2.1M23.1 23.1l2.1 2.1M6.8 25.2l2.1-2.1M23.1 8.9l2.1-2.1",
      "#e59a1c",
      2.4,
    ),
  moon: shape("M20 3a13 13 0 1 0 9 19A11 11 0 0 1 20 3z", "#f2c14e"),
  tea:
    shape("M5 13h18v6q0 8-9 8t-9-8z", "#7fae9a") +
    pen("M23 15q5-1 5 3t-6 4", "#7fae9a", 2.4) +
    pen("M10 10q-2-2 0-4M15 10q-2-2 0-4M19 10q-2-2 0-4", "#a99f8c", 1.6),
  parcel:
    shape("M4 10l12-6 12 6v13l-12 6-12-6z", "#d6a566") +
    shape("M4 10l12 6 12-6-12-6z", "#e6bd84") +
    shape("M16 16v13l12-6V10z", "#bd8a4a") +
    pen("M10 7l12 6v5", "#8d6330", 1.8),
  van:
    shape("M2 8h17v15H2z", "#2f7a6d") +
    shape("M19 12h6l5 6v5H19z", "#58a08f") +
    shape("M21 14h3.5l3 4H21z", "#e5f3ef") +
    dot(8, 24, 3.4, "#2c2a33") +
    dot(24, 24, 3.4, "#2c2a33") +
    dot(8, 24, 1.3, "#ddd") +
    dot(24, 24, 1.3, "#ddd"),
  fireworks:
    pen("M16 16V6M16 16l7-7M16 16h10M16 16l7 7M16 16v10M16 16l-7 7M16 16H6M16 16L9 9", "#d8432f", 2) +
    dot(16, 3.5, 1.5, "#f2b13c") +
    dot(25, 7, 1.5, "#58a9d6") +
    dot(28.5, 16, 1.5, "#f2b13c") +
    dot(25, 25, 1.5, "#58a9d6") +
    dot(16, 28.5, 1.5, "#f2b13c") +
    dot(7, 25, 1.5, "#58a9d6") +
    dot(3.5, 16, 1.5, "#f2b13c") +
    dot(7, 7, 1.5, "#58a9d6"),
} satisfies Record<string, string>;

const FACE = `<circle cx="16" cy="16" r="13.5" fill="#f9cf56"/><path d="M4 20a13.5 13.5 0 0 0 24 0 13.5 13.5 0 0 1-24 0z" fill="#e9aa33" opacity=".55"/>`;

/** The parts there are; an emoticon that names another does not compile. */
export interface Parts {
  eyes?: keyof typeof EYES;
  mouth?: keyof typeof MOUTHS;
  extra?: keyof typeof EXTRAS;
  thing?: keyof typeof THINGS;
}

/** The inside of the emoticon's SVG. */
export function drawing({ eyes, mouth, extra, thing }: Parts): string {
  if (thing) return THINGS[thing];
  return `${FACE}${eyes ? EYES[eyes] : ""}${mouth ? MOUTHS[mouth] : ""}${extra ? EXTRAS[extra] : ""}`;
}
