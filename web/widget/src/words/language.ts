export type Language = "zh" | "en";

/** Chinese for zh* and for a page that says nothing, else English. */
export function languageOf(tag: string | null | undefined): Language {
  return /^zh/i.test(tag || "zh") ? "zh" : "en";
}

/** The launcher's own words; all others come with the panel. */
export const launcherWords = {
  zh: { label: "客服", contact: "联系客服", unread: (count: number) => `联系客服，${count} 条未读消息` },
  en: { label: "Chat", contact: "Contact us", unread: (count: number) => `Contact us, ${count} unread messages` },
};
