import type { Message } from "../shapes";

type Translate = (key: string, args?: Record<string, unknown>) => string;

/** A system line in the screen's language; a code this page does not know keeps the server's plain words. */
export function systemWords(message: Message, t: Translate, has: (key: string) => boolean): string {
  const body = message.body ?? {};
  const key = `chat.system.${String(body.code ?? "")}`;
  if (!body.code || !has(key)) return message.text || String(body.code ?? "");
  const args: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(body)) if (typeof value !== "object") args[name] = value ?? "";
  return t(key, { by: "", to: "", reason: "", number: "", amount: "", name: "", ...args }).trim();
}
