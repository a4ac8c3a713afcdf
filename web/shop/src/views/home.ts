/** The shelf: what is for sale, by category and by search. */

import type { Product } from "../api";
import { h } from "../dom";
import { type House, money } from "../shop";
import { pick, t } from "../words";

const FEW = 20;

export function home(house: House): HTMLElement {
  const wanted = decodeURIComponent(/^#\/\?q=(.*)$/.exec(location.hash)?.[1] ?? "");
  const chosen = decodeURIComponent(/^#\/\?c=(.*)$/.exec(location.hash)?.[1] ?? "");
  const all = [...house.products.values()];
  const found = all.filter((one) => (wanted ? fits(one, wanted) : !chosen || one.category === chosen));
  return h(
    "div",
    { className: "home" },
    wanted ? null : welcome(house),
    wanted ? null : categories(all, chosen),
    found.length > 0 ? h("ul", { className: "shelf" }, found.map(card)) : nothing(),
  );
}

export function fits(product: Product, text: string): boolean {
  const { name, name_en, category, details } = product;
  const said = [name, name_en, category, details.category_en].join("\n").toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((part) => said.includes(part));
}

function welcome({ shop }: House): HTMLElement {
  const offers = shop.offers.map((one) => t("offer", { reach: money(one.reach), off: money(one.off) }));
  if (Number(shop.newcomer) > 0) offers.push(t("newcomer", { off: money(shop.newcomer) }));
  return h(
    "section",
    { className: "welcome" },
    h("h1", null, pick(shop.slogan, shop.slogan_en) || pick(shop.name, shop.name_en)),
    h(
      "ul",
      { className: "offers" },
      offers.map((one) => h("li", null, one)),
    ),
  );
}

function categories(all: Product[], chosen: string): HTMLElement {
  const names = new Map(all.map((one) => [one.category, one.details.category_en]));
  const link = (name: string, shown: string) =>
    h(
      "a",
      { href: name ? `#/?c=${encodeURIComponent(name)}` : "#/", "aria-current": name === chosen ? "true" : null },
      shown,
    );
  const links = [...names].map(([name, english]) => h("li", null, link(name, pick(name, english))));
  return h(
    "nav",
    { className: "kinds", "aria-label": t("kinds") },
    h("ul", null, h("li", null, link("", t("all"))), links),
  );
}

function card(product: Product): HTMLElement {
  const english = pick("", product.name_en);
  return h(
    "li",
    null,
    h(
      "a",
      { className: "card", href: `#/p/${product.id}` },
      h("img", { className: "sight", src: product.picture, alt: "", loading: "lazy", width: 480, height: 480 }),
      h("span", { className: "name" }, english || product.name),
      h("span", { className: "price" }, money(product.price)),
      tag(product.stock),
    ),
  );
}

function tag(stock: number): HTMLElement | null {
  if (stock > FEW) return null;
  const text = stock > 0 ? t("left", { n: stock }) : t("soldOut");
  return h("span", { className: stock > 0 ? "tag few" : "tag gone" }, text);
}

function nothing(): HTMLElement {
  return h("div", { className: "empty" }, h("p", null, t("nothing")), h("p", { className: "soft" }, t("nothingHint")));
}
