/** The shop page: one page, a few views, the shop's chat in the corner. */

import "./style.css";
import { Api, type Shop } from "./api";
import { Cart } from "./cart";
import { look, stand } from "./chat";
import { h, show } from "./dom";
import { go, type House, pay, problem, type View } from "./shop";
import { bag } from "./views/bag";
import { frame } from "./views/frame";
import { home } from "./views/home";
import { login } from "./views/login";
import { orders } from "./views/orders";
import { product } from "./views/product";
import { pick, spoken, t } from "./words";

const VIEWS: Record<string, View> = { "": home, p: product, cart: bag, orders, login };
const root = document.getElementById("shop") ?? document.body;
let drawn = 0;

function place(): { view: View; at: string; name: string } {
  const [, name = "", at = ""] = location.hash.split("/");
  return { view: VIEWS[name] ?? home, at: decodeURIComponent(at), name };
}

/** Draws the view of the address; a slower, older one never covers a newer one. */
async function draw(house: House, main: HTMLElement, keep: boolean): Promise<void> {
  const mine = ++drawn;
  const { view, at, name } = place();
  look(name === "p" ? at : null);
  document.body.dataset.view = name || "home";
  let node: HTMLElement;
  try {
    node = await view(house, at);
  } catch (error) {
    node = h("p", { className: "empty" }, problem(error));
  }
  if (mine !== drawn) return;
  show(main, node);
  if (!keep) scrollTo(0, 0);
}

function open(house: House): void {
  pay(house.shop.currency);
  const main = h("main", { id: "main", tabIndex: -1 });
  const redraw = () => {
    document.title = pick(house.shop.name, house.shop.name_en);
    show(root, ...frame(house, main));
    void draw(house, main, true);
  };
  house.again = redraw;
  addEventListener("hashchange", () => void draw(house, main, false));
  redraw();
  stand(house.shop.id, { product: (id) => go(`#/p/${id}`), order: () => go("#/orders") });
}

async function start(): Promise<void> {
  show(root, h("p", { className: "empty", role: "status" }, t("loading")));
  try {
    const id = await Api.first();
    if (!id) return show(root, h("p", { className: "empty" }, t("noShop")));
    const api = new Api(id, spoken);
    const [shop, products]: [Shop, Awaited<ReturnType<Api["products"]>>] = await Promise.all([
      api.front(),
      api.products(),
    ]);
    const shelf = new Map(products.map((one) => [one.id, one]));
    open({ api, shop, products: shelf, cart: new Cart(id), again: () => {} });
  } catch (error) {
    const again = h("button", { className: "button", onclick: () => void start() }, t("retry"));
    show(root, h("div", { className: "empty" }, h("p", { role: "alert" }, problem(error)), again));
  }
}

void start();
