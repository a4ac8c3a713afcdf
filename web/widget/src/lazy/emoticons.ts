import type { Keep } from "../core/keep";
import type { h } from "../view/dom";

/** Ninety-nine, as the desks of the trade have always had. */
const SIGNS = [
  "😀😄😁😆😅🤣😂🙂😉😊😇🥰😍🤩😘😋😜🤪🤗🤭🤫🤔😐😑😶😏😒🙄😬😌😔😪😴😷🤒🤧🥵🥶😵🥳😎🤓😕😟🙁😮😲😳🥺😨😰😥😢😭😱😖😞😓😩😤😡😠",
  "👍👎👌🤝👏🙏💪✌🤞👋🙌❤💔💯💖🌹🌻🎁🎉🎊🧧💰💳📦🚚📮📷📞⏰✨🔥⭐☀🌙🍵🍺",
];

export const css = `
.emo{display:grid;grid-template-columns:repeat(auto-fill,minmax(36px,1fr));gap:2px;max-height:190px;overflow:auto;padding:6px 4px;border-bottom:1px solid var(--line);scrollbar-width:thin}
.emo button{height:36px;border-radius:8px;font-size:22px;line-height:36px;text-align:center}
.emo button:hover{background:var(--paper)}
@media(max-width:560px){.emo{grid-template-columns:repeat(auto-fill,minmax(44px,1fr));max-height:220px}.emo button{height:44px;line-height:44px;font-size:26px}}
`;

interface Kit {
  h: typeof h;
  keep: Keep;
  label: string;
}

/** Leaves out what this system has no glyph for: it would show an empty box. */
function drawable(signs: string[]): string[] {
  const pen = Object.assign(document.createElement("canvas"), { width: 24, height: 24 }).getContext("2d", {
    willReadFrequently: true,
  });
  if (!pen) return signs;
  pen.font = "18px sans-serif";
  const look = (sign: string) => {
    pen.clearRect(0, 0, 24, 24);
    pen.fillText(sign, 0, 19);
    return pen.getImageData(0, 0, 24, 24).data.join();
  };
  const box = look("\u{10FFFF}");
  return signs.filter((sign) => look(sign) !== box);
}

/** The panel, recently used ones first. Arrow keys walk through it. */
export function panel({ h, keep, label }: Kit, choose: (sign: string) => void): HTMLElement {
  const recent = keep.get<string[]>("emoticons") ?? [];
  const all = drawable([...new Intl.Segmenter().segment(SIGNS.join(""))].map((part) => part.segment));
  const pick = (sign: string) => {
    keep.set("emoticons", [sign, ...recent.filter((one) => one !== sign)].slice(0, 8));
    choose(sign);
  };
  const signs = [...recent, ...all.filter((sign) => !recent.includes(sign))];
  const buttons = signs.map((sign, at) =>
    h("button", { type: "button", tabindex: at ? -1 : 0, onclick: () => pick(sign) }, sign),
  );
  const walk = (event: KeyboardEvent) => {
    const steps: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 8, ArrowUp: -8 };
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    const at = buttons.indexOf(event.target as HTMLButtonElement);
    buttons[Math.max(0, Math.min(buttons.length - 1, at + step))]?.focus();
  };
  return h("div", { class: "emo", role: "group", "aria-label": label, onkeydown: walk }, ...buttons);
}
