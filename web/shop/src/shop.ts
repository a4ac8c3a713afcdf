/** What every view works with: the shop, its shelf, the bag, and where one is. */

import type { Api, Product, Shop } from "./api";
import { Refusal } from "./api";
import type { Cart } from "./cart";
import { h, show } from "./dom";
import { t } from "./words";

export interface House {
  api: Api;
  shop: Shop;
  products: Map<string, Product>;
  cart: Cart;
  /** Draws the present view again, as after a login or a change of language. */
  again(): void;
}

export type View = (house: House, at: string) => HTMLElement | Promise<HTMLElement>;

export function go(path: string): void {
  location.hash = path;
}

const SIGNS: Record<string, string> = { CNY: "¥", USD: "$", EUR: "€", GBP: "£", JPY: "¥", HKD: "HK$" };
let sign = "¥";

export function pay(currency: string): void {
  sign = SIGNS[currency] ?? `${currency} `;
}

/** Money as people read it: ¥159 for 159.00, ¥39.90 for 39.90. */
export function money(amount: string): string {
  return sign + amount.replace(/\.00$/, "");
}

/** What to tell somebody when a request failed. */
export function problem(error: unknown): string {
  if (error instanceof Refusal) return error.message;
  return error instanceof TypeError ? t("offline") : t("failed", { problem: String(error) });
}

const toaster = h("div", { className: "toaster", role: "status", "aria-live": "polite" });
let fading: ReturnType<typeof setTimeout> | undefined;

/** Says something for a moment. */
export function say(text: string): void {
  if (!toaster.isConnected) document.body.append(toaster);
  show(toaster, h("p", { className: "toast" }, text));
  clearTimeout(fading);
  fading = setTimeout(() => toaster.replaceChildren(), 3200);
}
