/** My orders, and what can be done with each. */

import type { OrderState, Purchase, Step } from "../api";
import { Refusal } from "../api";
import { ask } from "../chat";
import { h, icon, icons, show } from "../dom";
import { go, type House, money, problem, say } from "../shop";
import { pick, t, when } from "../words";

const STEPS: Record<OrderState, Step[]> = {
  placed: ["pay", "close"],
  paid: ["ship", "ask_refund"],
  shipped: ["complete", "ask_refund"],
  completed: ["ask_refund"],
  refunding: [],
  refunded: [],
  closed: [],
};
const TESTS: Step[] = ["pay", "ship"];
const FRESH = 10_000;

export async function orders(house: House): Promise<HTMLElement> {
  const list = h("ul", { className: "orders" });
  const node = h("div", { className: "mine" }, h("h1", null, t("orders")), list);
  const load = async () => {
    const { items } = await house.api.orders();
    if (items.length === 0)
      show(
        node,
        h(
          "div",
          { className: "empty" },
          h("p", null, t("noOrders")),
          h("a", { className: "button", href: "#/" }, t("goShopping")),
        ),
      );
    else show(list, ...items.map((one) => card(house, one, load)));
  };
  try {
    await load();
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 401) throw error;
    house.shop.shopper = null;
    go("#/login");
  }
  refresh(node, load);
  return node;
}

/** The shop sends the parcel while one looks: the list is asked for again while it stands on the page. */
function refresh(node: HTMLElement, load: () => Promise<void>): void {
  let seen = false;
  const timer = setInterval(() => {
    if (node.isConnected) seen = true;
    else if (seen) return clearInterval(timer);
    if (seen && document.visibilityState === "visible" && !node.contains(document.activeElement))
      void load().catch(() => {});
  }, FRESH);
}

function card(house: House, order: Purchase, load: () => Promise<void>): HTMLElement {
  const pieces = order.lines.reduce((sum, line) => sum + line.quantity, 0);
  const lines = order.lines.map((line) =>
    h(
      "li",
      null,
      h("img", { className: "thumb", src: line.picture, alt: "", width: 72, height: 72, loading: "lazy" }),
      what(house, line),
      h("span", { className: "soft" }, `${money(line.price)} × ${line.quantity}`),
    ),
  );
  return h(
    "li",
    { className: "order", "data-state": order.state },
    h(
      "header",
      null,
      h("span", { className: "soft" }, `${when(order.placed_at)} · ${t("number", { number: order.number })}`),
      h("strong", { className: "state" }, t(`state_${order.state}`)),
    ),
    h("ul", { className: "lines" }, lines),
    order.tracking
      ? h("p", { className: "soft small" }, t("shipped", { carrier: order.carrier, tracking: order.tracking }))
      : null,
    h(
      "footer",
      null,
      h("span", { className: "soft" }, t("pieces", { n: pieces })),
      h("span", { className: "total" }, money(order.amount)),
      h(
        "div",
        { className: "steps" },
        talk(),
        STEPS[order.state]
          .filter((one) => house.shop.demo || !TESTS.includes(one))
          .map((one) => step(house, order, one, load)),
      ),
    ),
  );
}

/** What was bought, in the reader's language where the shelf still has it. */
function what(house: House, line: Purchase["lines"][number]): HTMLElement {
  const product = house.products.get(line.product);
  const variant = product?.variants.find((one) => one.name === line.variant);
  return h(
    "div",
    { className: "what" },
    h("a", { href: `#/p/${line.product}` }, pick(line.name, product?.name_en)),
    h("span", { className: "soft" }, pick(line.variant, variant?.name_en)),
  );
}

function talk(): HTMLElement {
  return h("button", { className: "quiet", type: "button", onclick: ask }, icon(icons.talk, 17), t("ask"));
}

function step(house: House, order: Purchase, name: Step, load: () => Promise<void>): HTMLElement {
  const first = STEPS[order.state][0] === name;
  const button = h("button", { className: first ? "button strong" : "button", type: "button" }, t(name));
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await house.api.step(order.id, name);
    } catch (error) {
      say(problem(error));
    }
    await load().catch((error) => say(problem(error)));
  });
  return button;
}
