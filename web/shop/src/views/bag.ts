/** The bag: what one wants, where it goes, what it costs (by the server), and the order. */

import type { Bill, Product, Receiver, Variant } from "../api";
import { Refusal } from "../api";
import { h, icon, icons, show } from "../dom";
import { REGIONS } from "../regions";
import { go, type House, money, problem, say } from "../shop";
import { pick, t, type Word } from "../words";
import { stepper } from "./product";

const LIMITS = { name: 40, phone: 20, city: 40, address: 120, note: 200 };

export function bag(house: House): HTMLElement {
  const node = h("div", { className: "bag" });
  const form = new Delivery(house);
  const draw = () => {
    if (house.cart.items.length === 0) return show(node, empty());
    const items = house.cart.items.map((one) => line(house, one.product, one.variant, one.quantity, draw));
    const bill = h("div", { className: "bill" });
    show(node, h("h1", null, t("cart")), h("ul", { className: "lines" }, items), form.node, bill);
    form.priced = () => void price(house, form, bill);
    form.priced();
  };
  draw();
  return node;
}

function empty(): HTMLElement {
  return h(
    "div",
    { className: "empty" },
    h("p", null, t("emptyCart")),
    h("p", { className: "soft" }, t("emptyCartHint")),
    h("a", { className: "button", href: "#/" }, t("goShopping")),
  );
}

function line(house: House, id: string, variant: string, quantity: number, draw: () => void): HTMLElement {
  const product: Product | undefined = house.products.get(id);
  const kind: Variant | undefined = product?.variants.find((one) => one.id === variant);
  const set = (next: number) => {
    house.cart.set(variant, next);
    draw();
  };
  const remove = h(
    "button",
    { type: "button", className: "quiet", "aria-label": t("remove"), onclick: () => set(0) },
    icon(icons.bin, 18),
  );
  return h(
    "li",
    null,
    h("img", { className: "thumb", src: product?.picture ?? "", alt: "", width: 72, height: 72 }),
    h(
      "div",
      { className: "what" },
      h("a", { href: `#/p/${id}` }, product ? pick(product.name, product.name_en) : t("missing")),
      h("span", { className: "soft" }, kind ? pick(kind.name, kind.name_en) : ""),
    ),
    h("span", { className: "price" }, money(kind?.price ?? "0")),
    h("div", { className: "stepper" }, stepper(quantity, Math.min(kind?.stock ?? quantity, 99), set)),
    remove,
  );
}

/** Where it goes. Filled with where the last order went. */
class Delivery {
  priced: () => void = () => {};
  readonly node: HTMLFormElement;
  private readonly fields: Record<string, HTMLInputElement | HTMLSelectElement> = {};
  private readonly trouble = h("p", { className: "trouble", role: "alert" });

  constructor(readonly house: House) {
    const last = house.shop.shopper?.receiver ?? {};
    const [province = "", ...city] = (last.region ?? "").split(" ");
    const region = h("select", { required: true, autocomplete: "address-level1" }, h("option", { value: "" }, "—"));
    for (const [own, english] of REGIONS)
      region.append(h("option", { value: own, selected: own === province }, pick(own, english)));
    region.addEventListener("change", () => this.priced());
    this.node = h(
      "form",
      { className: "delivery", noValidate: true },
      h("h2", null, t("receiver")),
      this.row("name", this.input(last.name ?? "", LIMITS.name, "name")),
      this.row("phone", this.input(last.phone ?? "", LIMITS.phone, "tel")),
      this.row("province", region),
      this.row("city", this.input(city.join(" "), LIMITS.city, "address-level2")),
      this.row("address", this.input(last.address ?? "", LIMITS.address, "street-address")),
      this.row("note", this.input("", LIMITS.note, "off")),
      this.trouble,
    );
    this.node.addEventListener("submit", (event) => event.preventDefault());
  }

  get region(): string {
    return `${this.value("province")} ${this.value("city")}`.trim();
  }

  get receiver(): Receiver {
    return {
      name: this.value("name"),
      phone: this.value("phone"),
      region: this.region,
      address: this.value("address"),
    };
  }

  get note(): string {
    return this.value("note");
  }

  /** Shows what was refused, beside the field it is about. */
  refuse(text: string, field: string | null): void {
    for (const one of Object.values(this.fields)) one.removeAttribute("aria-invalid");
    const wrong = this.fields[field === "region" ? "province" : (field ?? "")];
    wrong?.setAttribute("aria-invalid", "true");
    wrong?.focus();
    show(this.trouble, text);
  }

  private value(name: string): string {
    return this.fields[name]?.value.trim() ?? "";
  }

  private input(value: string, maxLength: number, autocomplete: string): HTMLInputElement {
    return h("input", { value, maxLength, autocomplete, type: autocomplete === "tel" ? "tel" : "text" });
  }

  private row(name: Word, field: HTMLInputElement | HTMLSelectElement): HTMLElement {
    this.fields[name] = field;
    return h("label", { className: `field ${name}` }, h("span", { className: "label" }, t(name)), field);
  }
}

async function price(house: House, form: Delivery, node: HTMLElement): Promise<void> {
  const wanted = house.cart.items.map(({ variant, quantity }) => ({ variant, quantity }));
  try {
    show(node, ...sums(await house.api.quote(wanted, form.region)), action(house, form));
  } catch (error) {
    show(node, h("p", { className: "trouble", role: "alert" }, problem(error)));
  }
}

function sums(bill: Bill): HTMLElement[] {
  const row = (word: Word, text: string, strong = false) =>
    h("p", { className: strong ? "sum strong" : "sum" }, h("span", null, t(word)), h("span", null, text));
  const rows = [row("goods", money(bill.goods))];
  if (Number(bill.discount) > 0) rows.push(row("discount", `−${money(bill.discount)}`));
  rows.push(row("shipping", Number(bill.shipping) > 0 ? money(bill.shipping) : t("free")));
  rows.push(row("amount", money(bill.amount), true));
  return rows;
}

function action(house: House, form: Delivery): HTMLElement {
  if (!house.shop.shopper) return h("a", { className: "button strong", href: "#/login" }, t("loginToBuy"));
  const button = h("button", { className: "button strong", type: "button" }, t("place"));
  button.addEventListener("click", () => void place(house, form, button));
  return button;
}

async function place(house: House, form: Delivery, button: HTMLButtonElement): Promise<void> {
  button.disabled = true;
  show(button, t("placing"));
  const { cart, api, shop } = house;
  const wanted = cart.items.map(({ variant, quantity }) => ({ variant, quantity }));
  try {
    const placed = await api.place(cart.request, wanted, form.receiver, form.note);
    if (shop.shopper) shop.shopper.receiver = form.receiver;
    cart.clear();
    say(t("number", { number: placed.number }));
    go("#/orders");
  } catch (error) {
    form.refuse(problem(error), error instanceof Refusal ? error.field : null);
    button.disabled = false;
    show(button, t("place"));
  }
}
