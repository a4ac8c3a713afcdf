import { load } from "../load";
import type { Language } from "./language";
import { type Words, zh } from "./zh";

export type Args = Record<string, unknown>;

let words: Words = zh;
export let language: Language = "zh";

/** Switches the words. English comes over the network; without it the page stays Chinese. */
export async function speak(wanted: Language): Promise<void> {
  if (wanted === "en") words = (await load.en()).en;
  else words = zh;
  language = wanted;
}

export function t(key: keyof Words, args: Args = {}): string {
  return words[key].replace(/\{(\w+)\}/g, (_, name) => String(args[name] ?? ""));
}

/** Tells whether a code of the server has words of its own here. */
export function isWord(key: string | undefined): key is keyof Words {
  return key !== undefined && Object.hasOwn(zh, key);
}
