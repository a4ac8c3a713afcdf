/** A message as one short line: for the list, quotes and notifications. */
import type { Kind, Message, Row } from "./shapes";

type Translate = (key: string, args?: Record<string, unknown>) => string;

const NAMED: Partial<Record<Kind, string>> = {
  image: "image",
  file: "file",
  video: "video",
  product: "product",
  order: "order",
  nudge: "nudge",
};

export function plainLine(message: Pick<Message, "kind" | "text">, t: Translate): string {
  const named = NAMED[message.kind];
  if (named) return t(`chat.kinds.${named}`);
  if (message.kind === "note") return `${t("chat.kinds.note")} ${message.text}`;
  return message.text;
}

export function lastLine(last: Row["last"], t: Translate): string {
  if (!last) return "";
  const line = plainLine(last, t);
  return last.sender === "agent" && last.kind !== "note" ? `${t("chat.list.me")}${line}` : line;
}

/** A waiting time in few signs: 45秒, 12分, 3时05分, 2天. */
export function waited(ms: number, language: string): string {
  const zh = language.startsWith("zh");
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (seconds < 60) return `${seconds}${zh ? "秒" : "s"}`;
  if (minutes < 60) return `${minutes}${zh ? "分" : "m"}`;
  if (hours < 24) return `${hours}${zh ? "时" : "h"}${String(minutes % 60).padStart(2, "0")}${zh ? "分" : "m"}`;
  return `${Math.floor(hours / 24)}${zh ? "天" : "d"}`;
}
