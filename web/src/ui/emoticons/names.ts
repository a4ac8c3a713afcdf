import type { Parts } from "./draw";

/**
 * The house's emoticons. In text each is its Chinese name in brackets, `[微笑]`, whatever the language of the screen:
 * a stored line never changes its meaning. `en` is what an English screen says.
 */
export interface Emoticon extends Parts {
  name: string;
  en: string;
}

export const EMOTICONS: readonly Emoticon[] = [
  { name: "微笑", en: "smile", eyes: "dots", mouth: "smile" },
  { name: "开心", en: "happy", eyes: "arcs", mouth: "grin" },
  { name: "大笑", en: "laugh", eyes: "arcs", mouth: "laugh" },
  { name: "笑哭", en: "tears of joy", eyes: "arcs", mouth: "laugh", extra: "joy" },
  { name: "眨眼", en: "wink", eyes: "wink", mouth: "smile" },
  { name: "调皮", en: "cheeky", eyes: "wink", mouth: "tongue" },
  { name: "害羞", en: "shy", eyes: "arcs", mouth: "small", extra: "blush" },
  { name: "可爱", en: "cute", eyes: "big", mouth: "cat", extra: "blush" },
  { name: "喜欢", en: "love it", eyes: "hearts", mouth: "grin" },
  { name: "亲亲", en: "kiss", eyes: "closed", mouth: "kiss", extra: "heart" },
  { name: "得意", en: "proud", eyes: "side", mouth: "smirk" },
  { name: "酷", en: "cool", eyes: "shades", mouth: "smirk" },
  { name: "惊喜", en: "delighted", eyes: "stars", mouth: "laugh" },
  { name: "惊讶", en: "surprised", eyes: "big", mouth: "round" },
  { name: "疑问", en: "wondering", eyes: "dots", mouth: "flat", extra: "question" },
  { name: "思考", en: "thinking", eyes: "side", mouth: "slant", extra: "hand" },
  { name: "无语", en: "speechless", eyes: "lines", mouth: "flat", extra: "sweat" },
  { name: "尴尬", en: "awkward", eyes: "dots", mouth: "teeth", extra: "sweat" },
  { name: "流汗", en: "sweating", eyes: "dots", mouth: "slant", extra: "sweat" },
  { name: "委屈", en: "hurt", eyes: "wet", mouth: "wobble" },
  { name: "难过", en: "sad", eyes: "dots", mouth: "frown" },
  { name: "流泪", en: "crying", eyes: "closed", mouth: "frown", extra: "tear" },
  { name: "大哭", en: "sobbing", eyes: "shut", mouth: "wail", extra: "tears" },
  { name: "失望", en: "disappointed", eyes: "closed", mouth: "frown" },
  { name: "生气", en: "angry", eyes: "cross", mouth: "frown", extra: "red" },
  { name: "抓狂", en: "frantic", eyes: "shut", mouth: "teeth", extra: "red" },
  { name: "困", en: "sleepy", eyes: "lines", mouth: "round", extra: "sleep" },
  { name: "晕", en: "dizzy", eyes: "spiral", mouth: "wobble" },
  { name: "闭嘴", en: "lips sealed", eyes: "dots", mouth: "zip" },
  { name: "嘘", en: "hush", eyes: "side", mouth: "kiss", extra: "finger" },
  { name: "加油", en: "go for it", eyes: "cross", mouth: "grin", extra: "fist" },
  { name: "抱抱", en: "hug", eyes: "arcs", mouth: "smile", extra: "arms" },
  { name: "再见", en: "bye", eyes: "arcs", mouth: "smile", extra: "wave" },
  { name: "偷笑", en: "giggle", eyes: "arcs", mouth: "small", extra: "hand" },
  { name: "口罩", en: "masked", eyes: "arcs", mouth: "mask" },
  { name: "OK", en: "OK", thing: "ok" },
  { name: "赞", en: "thumbs up", thing: "thumb" },
  { name: "鼓掌", en: "applause", thing: "clap" },
  { name: "握手", en: "handshake", thing: "shake" },
  { name: "谢谢", en: "thanks", thing: "pray" },
  { name: "玫瑰", en: "rose", thing: "rose" },
  { name: "爱心", en: "heart", thing: "heart" },
  { name: "心碎", en: "broken heart", thing: "broken" },
  { name: "礼物", en: "gift", thing: "gift" },
  { name: "蛋糕", en: "cake", thing: "cake" },
  { name: "红包", en: "red envelope", thing: "envelope" },
  { name: "太阳", en: "sun", thing: "sun" },
  { name: "月亮", en: "moon", thing: "moon" },
  { name: "茶", en: "tea", thing: "tea" },
  { name: "包裹", en: "parcel", thing: "parcel" },
  { name: "快递车", en: "delivery van", thing: "van" },
  { name: "烟花", en: "fireworks", thing: "fireworks" },
];

const byName = new Map(EMOTICONS.map((emoticon, index) => [emoticon.name, index]));

/** The place of an emoticon in the set; undefined for words in brackets that are none. */
export const emoticonIndex = (name: string): number | undefined => byName.get(name);

export type Piece = { text: string } | { emoticon: number };

const CODE = /\[([^[\]\s]{1,6})\]/gu;

/** A line cut into words and emoticons; brackets that name none stay words. */
export function pieces(line: string): Piece[] {
  const found: Piece[] = [];
  let from = 0;
  for (const match of line.matchAll(CODE)) {
    const index = emoticonIndex(match[1] ?? "");
    if (index === undefined) continue;
    if (match.index > from) found.push({ text: line.slice(from, match.index) });
    found.push({ emoticon: index });
    from = match.index + match[0].length;
  }
  if (from < line.length) found.push({ text: line.slice(from) });
  return found;
}

export const codeOf = (emoticon: Emoticon): string => `[${emoticon.name}]`;
