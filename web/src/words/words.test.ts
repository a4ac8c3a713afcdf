import { expect, it } from "vitest";
import { messages } from "./index";

type Words = { [key: string]: Words | string };

/** Every word with its path: `app.nav.settings`. */
function flat(words: Words, path = ""): [string, string][] {
  return Object.entries(words).flatMap(([key, value]): [string, string][] => {
    const here = path ? `${path}.${key}` : key;
    return typeof value === "string" ? [[here, value]] : flat(value, here);
  });
}

const holes = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1] ?? "").sort();
const zh = new Map(flat(messages["zh-CN"] as Words));
const en = new Map(flat(messages.en as Words));

it("both languages know the same words", () => {
  expect([...en.keys()].sort()).toEqual([...zh.keys()].sort());
});

it("no word is empty", () => {
  expect([...zh, ...en].filter(([, text]) => !text.trim())).toEqual([]);
});

it("a sentence asks for the same things in both languages", () => {
  const different = [...zh].filter(([key, text]) => holes(text).join() !== holes(en.get(key) ?? "").join());
  expect(different).toEqual([]);
});

it("the Chinese words are Chinese, the English ones are not", () => {
  const han = /\p{Script=Han}/u;
  const keepsHan = new Set(["app.me.otherLanguage"]);
  expect([...en].filter(([key, text]) => han.test(text) && !keepsHan.has(key))).toEqual([]);
});
