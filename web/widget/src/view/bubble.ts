import type { Talk } from "../core/talk";
import type { Kind, Line, Message, Quote } from "../core/types";
import { load } from "../load";
import { isWord, t } from "../words";
import { h, icon, icons } from "./dom";
import { fileSize } from "./time";

/** What a bubble needs from the widget around it. */
export interface Host {
  talk: Talk;
  quote(message: Message): void;
  /** Asks the page to show a product or an order; false when the page does nothing with it. */
  visit(kind: "product" | "order", id: string): void;
  /** A function for chunks that bring their own sheet. */
  wear(css: string): void;
  root: ShadowRoot;
}

const LINK = /https?:\/\/[^\s<>"'，。！？；：、）】》”’]+/g;
const BIG =
  /^(?:\p{Extended_Pictographic}\p{Emoji_Modifier}?\u{FE0F}?(?:\u{200D}\p{Extended_Pictographic}\u{FE0F}?)*){1,3}$/u;

/** The content of one line, stored or still on its way. */
export function content(host: Host, line: Message | Line): HTMLElement {
  const text = line.text ?? "";
  switch (line.kind) {
    case "image":
      return line.body?.file ? h("div", { class: "bubble bare" }, image(host, line)) : words(line, t("image"));
    case "file":
    case "video":
      return h("div", { class: "bubble bare" }, file(host, line));
    case "product":
    case "order":
      return h("div", { class: "bubble bare" }, card(host, line));
    default:
      return words(line, text);
  }
}

function words(line: Message | Line, text: string): HTMLElement {
  const big = !line.quote && (line.kind === "emoticon" || BIG.test(text));
  return h("div", { class: big ? "bubble big" : "bubble" }, line.quote && quoted(line.quote), linked(text));
}

function quoted(quote: Quote): HTMLElement {
  return h("span", { class: "quoted" }, `${quote.name || t("me")}：${quote.text ?? ""}`);
}

/** Text with its web addresses made into links; everything stays text nodes. */
function linked(text: string): DocumentFragment {
  const all = document.createDocumentFragment();
  let from = 0;
  for (const found of text.matchAll(LINK)) {
    all.append(text.slice(from, found.index));
    all.append(h("a", { href: found[0], target: "_blank", rel: "noopener noreferrer nofollow" }, found[0]));
    from = found.index + found[0].length;
  }
  all.append(text.slice(from));
  return all;
}

/** Keeps its place from the first paint: the size comes with the line, the picture later. */
function image(host: Host, line: Message | Line): HTMLElement {
  const { talk, root } = host;
  const { file = "", width = 160, height = 120 } = line.body ?? {};
  const scale = Math.min(1, 220 / width, 240 / height);
  const size = { width: Math.max(48, Math.round(width * scale)), height: Math.max(48, Math.round(height * scale)) };
  const picture = h("img", { alt: t("image"), decoding: "async", ...size });
  let tries = 0;
  const fetchLink = async () => {
    const link = await talk.fileLink(file, tries > 0).catch(() => null);
    if (link) picture.src = talk.api.address(link.thumb || link.url);
    else picture.alt = t("brokenImage");
  };
  picture.addEventListener("error", () => {
    if (tries++ < 1) void fetchLink();
    else picture.alt = t("brokenImage");
  });
  void fetchLink();
  const show = async () => {
    const [viewer, link] = await Promise.all([load.viewer(), talk.fileLink(file, true)]);
    host.wear(viewer.css);
    viewer.show(root, talk.api.address(link.url), { h, close: t("shut"), alt: t("image") });
  };
  return h(
    "button",
    { class: "img", type: "button", "aria-label": t("image"), onclick: () => void show().catch(() => {}) },
    picture,
  );
}

function file({ talk }: Host, line: Message | Line): HTMLElement {
  const { file: id = "", name = "", size } = line.body ?? {};
  const about = h(
    "span",
    {},
    h("b", {}, name || t(line.kind === "video" ? "video" : "file")),
    h("i", {}, fileSize(size)),
  );
  const glyph = line.kind === "video" ? icons.play : icons.file;
  const anchor = h(
    "a",
    { class: "doc", target: "_blank", rel: "noopener", role: "link", tabindex: 0 },
    icon(glyph),
    about,
  );
  talk.fileLink(id).then(
    (link) => {
      anchor.href = talk.api.address(link.url);
    },
    () => {},
  );
  return anchor;
}

/** Product and order cards come as a chunk; the place they need is kept free. */
function card(host: Host, line: Message | Line): HTMLElement {
  const label = line.text || t(line.kind as "product" | "order");
  const place = h("div", { class: "doc" }, label);
  load.cards().then(
    (cards) => {
      host.wear(cards.css);
      const kit = { h, t, address: (path: string) => host.talk.api.address(path) };
      const made = line.kind === "order" ? cards.order : cards.product;
      place.replaceWith(made(kit, line.body ?? {}, (id) => host.visit(line.kind as "product" | "order", id)));
    },
    () => {},
  );
  return place;
}

/** A line that is told, not said: system, nudge, recalled. Null when it is an ordinary one. */
export function told(message: Message): string | null {
  const own = message.sender === "customer";
  const name = message.name || t("agent");
  if (message.recalled_at) return own ? t("youRecalled") : t("recalled", { name });
  if (message.kind === "nudge") return own ? t("youNudged") : t("nudged", { name });
  if (message.sender !== "system" && message.kind !== "system") return null;
  const { code, ...args } = message.body ?? {};
  return isWord(code) ? t(code, { name, ...args }) : message.text;
}

/** One line in few words, for quotes. */
export function brief(line: { kind: Kind; text?: string }): string {
  const { kind, text } = line;
  if (text && (kind === "text" || kind === "emoticon")) return text;
  return isWord(kind) ? `[${t(kind)}]` : (text ?? "");
}
