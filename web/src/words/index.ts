import { createI18n } from "vue-i18n";

/**
 * The words of the screens: one file per room, `words/<room>.ts` exporting `zh` and `en` (typed as `typeof zh`, so a
 * missing word does not compile). A new file is found by itself; its keys begin with the room's name: `chat.send`.
 */
export type Language = "zh-CN" | "en";
export const LANGUAGES: readonly Language[] = ["zh-CN", "en"];

interface RoomWords {
  zh: Record<string, unknown>;
  en: Record<string, unknown>;
}

const files = import.meta.glob<RoomWords>(["./*.ts", "!./index.ts", "!./*.test.ts"], { eager: true });
const rooms = Object.entries(files).map(([path, words]) => [path.slice(2, -3), words] as const);

export const messages = {
  "zh-CN": Object.fromEntries(rooms.map(([room, words]) => [room, words.zh])),
  en: Object.fromEntries(rooms.map(([room, words]) => [room, words.en])),
};

export const i18n = createI18n({
  legacy: false,
  locale: "zh-CN" as Language,
  fallbackLocale: "zh-CN",
  messages: messages as unknown as Record<Language, Record<string, string>>,
});

/** The language the browser asks for: Chinese of any kind, else English. */
export function browserLanguage(): Language {
  return /^zh\b/i.test(globalThis.navigator?.language ?? "zh") ? "zh-CN" : "en";
}

/** Switches every screen at once; the page says its language for screen readers and fonts. */
export function speak(language: Language): void {
  i18n.global.locale.value = language;
  document.documentElement.lang = language;
}

/** Words outside components. */
export const say = (key: string, args: Record<string, unknown> = {}): string => i18n.global.t(key, args);
