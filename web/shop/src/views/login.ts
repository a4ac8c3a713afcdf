/** Signing in: as one of the demo's people, or with an account. */

import type { Shopper } from "../api";
import { identify } from "../chat";
import { h, show } from "../dom";
import { go, type House, problem, say } from "../shop";
import { t } from "../words";

export function login(house: House): HTMLElement {
  const { accounts } = house.shop;
  const people = accounts.map((one) => {
    const face = h("span", { className: "face", "data-face": [...one.name][0] ?? "·" });
    const enter = () => void come(house, house.api.login(one.login, ""), (text) => say(text));
    return h(
      "li",
      null,
      h("button", { type: "button", className: "person", onclick: enter }, face, h("span", null, one.name)),
    );
  });
  const demo = h(
    "section",
    null,
    h("h1", null, t("demoTitle")),
    h("p", { className: "soft" }, t("demoHint")),
    h("ul", { className: "people" }, people),
  );
  return h("div", { className: "login" }, accounts.length > 0 ? demo : null, form(house, accounts.length > 0));
}

function form(house: House, after: boolean): HTMLElement {
  let fresh = false;
  const account = h("input", { required: true, maxLength: 32, autocomplete: "username", name: "login" });
  const name = h("input", { maxLength: 40, autocomplete: "nickname", name: "nick" });
  const password = h("input", { required: true, maxLength: 200, type: "password", name: "password" });
  const trouble = h("p", { className: "trouble", role: "alert" });
  const node = h("form", { className: "entry" });
  const send = (event: Event) => {
    event.preventDefault();
    const { api } = house;
    const asked = fresh
      ? api.register(account.value, name.value, password.value)
      : api.login(account.value, password.value);
    void come(house, asked, (text) => show(trouble, text));
  };
  const turn = () => {
    fresh = !fresh;
    draw();
  };
  const draw = () => {
    password.autocomplete = fresh ? "new-password" : "current-password";
    const field = (word: "account" | "nick" | "password", input: HTMLInputElement) =>
      h("label", { className: "field" }, h("span", { className: "label" }, t(word)), input);
    show(
      node,
      h(after ? "h2" : "h1", null, fresh ? t("register") : after ? t("or") : t("login")),
      field("account", account),
      fresh ? field("nick", name) : null,
      field("password", password),
      trouble,
      h("button", { className: "button strong", type: "submit" }, t(fresh ? "register" : "login")),
      h("button", { className: "quiet", type: "button", onclick: turn }, t(fresh ? "haveAccount" : "noAccount")),
    );
  };
  node.addEventListener("submit", send);
  draw();
  return node;
}

/** Somebody comes in: the shop vouches for him to the chat, so that his earlier talks are there. */
async function come(house: House, asked: Promise<Shopper>, refused: (text: string) => void): Promise<void> {
  try {
    house.shop.shopper = await asked;
  } catch (error) {
    return refused(problem(error));
  }
  const vouched = await house.api.identity().catch(() => null);
  if (vouched?.identity) await identify(vouched.identity);
  go(house.cart.items.length > 0 ? "#/cart" : "#/");
  house.again();
}
