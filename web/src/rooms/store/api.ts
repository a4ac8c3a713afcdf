/** The shops' routes as far as the settings need them. */
import { api } from "@/app/http";

/** What a shop has beside its columns; the server's defaults fill what is missing. */
export interface ShopSettings {
  name_en?: string;
  greeting_en?: string;
  privacy_notice_en?: string;
  hours?: { opens: string; closes: string } | null;
  [other: string]: unknown;
}

export interface ShopView {
  id: string;
  name: string;
  slogan: string;
  greeting: string;
  privacy_notice: string;
  language: string;
  allowed_origins: string[];
  settings: ShopSettings;
}

export type ShopChange = Partial<Omit<ShopView, "id">>;

const one = (id: string, act = ""): string => `/api/shops/${encodeURIComponent(id)}${act}`;

export const store = {
  shops: () => api.get<{ items: ShopView[] }>("/api/shops"),
  changeShop: (id: string, change: ShopChange) => api.patch<ShopView>(one(id), change),
  /** A new identity secret; the old one stops counting, the new one is shown only now. */
  renewSecret: (id: string) => api.post<{ secret: string }>(one(id, "/secret")),
};

/** The line a shop owner lays into the pages of the shop. */
export function embedCode(shop: string, origin: string): string {
  return `<script src="${origin}/widget/widget.js" data-shop="${shop}" async></script>`;
}

/** One origin a line → tidy list: scheme added where it was left out, path and trailing slash dropped, each once. */
export function originsOf(text: string): string[] {
  const lines = text.split(/[\s,，;；]+/u).filter(Boolean);
  return [...new Set(lines.map(tidy))];
}

function tidy(line: string): string {
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(line) ? line : `https://${line}`;
  try {
    const { origin } = new URL(full);
    return origin === "null" ? line : origin;
  } catch {
    return line;
  }
}
