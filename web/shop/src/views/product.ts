/** One product: picture, price, which colour and size, what people ask. */

import type { Product, SizeTable, Variant } from "../api";
import { ask } from "../chat";
import { type Child, h, icon, icons, show } from "../dom";
import { go, type House, money, say } from "../shop";
import { type Axes, axesOf } from "../variants";
import { pick, spoken, t } from "../words";

const MOST = 99;

export function product(house: House, id: string): HTMLElement {
  const found = house.products.get(id);
  if (!found)
    return h("div", { className: "empty" }, h("p", null, t("missing")), h("a", { href: "#/" }, t("goShopping")));
  return h(
    "article",
    { className: "product" },
    h("a", { className: "back", href: "#/" }, icon(icons.back, 18), t("home")),
    h("div", { className: "look" }, h("img", { src: found.picture, alt: found.name, width: 480, height: 480 })),
    counter(house, found),
    h("div", { className: "more" }, facts(found), sizes(found.details.size_table), questions(found)),
  );
}

/** Everything one decides before buying. */
function counter(house: House, found: Product): HTMLElement {
  const axes = axesOf(found.variants);
  let chosen = found.variants.find((one) => one.stock > 0) ?? found.variants[0];
  let quantity = 1;
  const price = h("p", { className: "price big" });
  const left = h("p", { className: "soft", "aria-live": "polite" });
  const kinds = h("div", { className: "axes" });
  const amount = h("div", { className: "stepper" });
  const add = h("button", { className: "button", type: "button", onclick: () => take(false) }, t("addToCart"));
  const buy = h("button", { className: "button strong", type: "button", onclick: () => take(true) }, t("buyNow"));

  function take(now: boolean): void {
    if (!chosen) return;
    house.cart.add(found.id, chosen.id, quantity);
    if (now) go("#/cart");
    else say(t("added"));
  }
  function choose(next: Variant | undefined): void {
    if (next) chosen = next;
    draw();
  }
  function draw(): void {
    const stock = chosen?.stock ?? 0;
    quantity = Math.max(1, Math.min(quantity, stock, MOST));
    show(price, money(chosen?.price ?? found.price));
    show(left, stock === 0 ? t("soldOut") : stock <= 20 ? t("left", { n: stock }) : "");
    show(kinds, ...choices(axes, chosen, choose));
    show(
      amount,
      ...stepper(quantity, Math.min(stock, MOST), (next) => {
        quantity = next;
        draw();
      }),
    );
    add.disabled = buy.disabled = stock === 0;
  }
  draw();
  return h(
    "div",
    { className: "counter" },
    h("h1", null, pick(found.name, found.name_en)),
    h("p", { className: "soft" }, pick(found.description, found.details.description_en)),
    price,
    promises(found),
    kinds,
    h("div", { className: "row" }, h("span", { className: "label" }, t("quantity")), amount, left),
    h("div", { className: "buy" }, add, buy),
    h("button", { className: "quiet asking", type: "button", onclick: ask }, icon(icons.talk, 18), t("ask")),
  );
}

function promises(found: Product): HTMLElement {
  const words = [t("sevenDays"), found.details.freight_insurance ? t("insurance") : "", t("sameDay"), t("protection")];
  return h(
    "ul",
    { className: "promises" },
    words.filter(Boolean).map((one) => h("li", null, icon(icons.check, 15), one)),
  );
}

/** Rows of chips: colour and size, or just what there is. A chip nobody can have now is crossed out. */
function choices(axes: Axes, chosen: Variant | undefined, choose: (next: Variant | undefined) => void): Child[] {
  return axes.rows.map((row, index) => {
    const name = `axis${index}`;
    const legend = axes.rows.length === 2 ? t(index === 0 ? "colour" : "size") : t("choose");
    const chips = row.map((value) => {
      const next = axes.find(chosen, index, value.key);
      const input = h("input", { type: "radio", name, checked: axes.part(chosen, index) === value.key });
      input.addEventListener("change", () => {
        choose(next);
        document.querySelector<HTMLInputElement>(`input[name="${name}"]:checked`)?.focus();
      });
      const gone = !next || next.stock === 0;
      return h(
        "label",
        { className: gone ? "chip gone" : "chip" },
        input,
        h("span", null, pick(value.key, value.english)),
      );
    });
    return h("fieldset", null, h("legend", { className: "label" }, legend), h("div", { className: "chips" }, chips));
  });
}

export function stepper(value: number, most: number, set: (next: number) => void): Child[] {
  const step = (by: number, word: "fewer" | "more", path: string, off: boolean) =>
    h(
      "button",
      { type: "button", "aria-label": t(word), disabled: off, onclick: () => set(value + by) },
      icon(path, 16),
    );
  return [
    step(-1, "fewer", icons.minus, value <= 1),
    h("output", { "aria-live": "polite" }, value),
    step(1, "more", icons.plus, value >= most),
  ];
}

function facts(found: Product): HTMLElement {
  const english = spoken() === "en" ? found.details.attributes_en : undefined;
  const rows = Object.entries(english ?? found.attributes).map(([label, value]) => [
    h("dt", null, label),
    h("dd", null, value),
  ]);
  return h("section", null, h("h2", null, t("facts")), h("dl", null, rows));
}

function sizes(table: SizeTable | null | undefined): HTMLElement | null {
  if (!table) return null;
  const columns = spoken() === "en" && table.columns_en ? table.columns_en : table.columns;
  const head = h(
    "tr",
    null,
    columns.map((one) => h("th", { scope: "col" }, one)),
  );
  const rows = table.rows.map((row) =>
    h(
      "tr",
      null,
      row.map((one, i) => (i ? h("td", null, one) : h("th", { scope: "row" }, one))),
    ),
  );
  return h(
    "section",
    null,
    h("h2", null, t("sizes")),
    h(
      "div",
      { className: "scroll", tabIndex: 0, role: "group", "aria-label": t("sizes") },
      h("table", null, h("thead", null, head), h("tbody", null, rows)),
    ),
    h("p", { className: "soft small" }, pick(table.note ?? "", table.note_en)),
  );
}

function questions(found: Product): HTMLElement | null {
  const asked = found.details.questions ?? [];
  if (asked.length === 0) return null;
  const one = (q: (typeof asked)[number]) =>
    h("details", { className: "question" }, h("summary", null, pick(q.q, q.q_en)), h("p", null, pick(q.a, q.a_en)));
  return h("section", { className: "asked" }, h("h2", null, t("questions")), asked.map(one));
}
