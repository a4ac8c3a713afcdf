/** What stands around every view: the shop's sign, the ways, the foot. */

import { forget } from "../chat";
import { h, icon, icons, show } from "../dom";
import { go, type House, problem, say } from "../shop";
import { pick, speak, spoken, t } from "../words";

export function frame(house: House, main: HTMLElement): HTMLElement[] {
  const { shop } = house;
  const notice = pick(shop.notice, shop.notice_en);
  return [
    h("a", { className: "skip", href: "#main", onclick: (event: Event) => jump(event, main) }, t("skip")),
    ...(notice ? [h("aside", { className: "notice" }, notice)] : []),
    h("header", { className: "head" }, brand(house), search(), ways(house)),
    main,
    h("footer", { className: "foot" }, pick(shop.name, shop.name_en), h("span", null, shop.demo ? t("footer") : "")),
  ];
}

function jump(event: Event, main: HTMLElement): void {
  event.preventDefault();
  main.focus();
}

function brand({ shop }: House): HTMLElement {
  const mark = h("img", { src: "/shop/sprout.svg", alt: "", width: 34, height: 34 });
  return h("a", { className: "brand", href: "#/" }, mark, h("span", null, pick(shop.name, shop.name_en)));
}

function search(): HTMLElement {
  const field = h("input", {
    type: "search",
    name: "q",
    placeholder: t("search"),
    "aria-label": t("search"),
    maxLength: 60,
  });
  field.value = decodeURIComponent(/^#\/\?q=(.*)$/.exec(location.hash)?.[1] ?? "");
  field.addEventListener("input", () =>
    go(field.value.trim() ? `#/?q=${encodeURIComponent(field.value.trim())}` : "#/"),
  );
  const form = h("form", { className: "search", role: "search" }, icon(icons.search, 18), field);
  form.addEventListener("submit", (event) => event.preventDefault());
  return form;
}

function ways(house: House): HTMLElement {
  const { shop, cart } = house;
  const count = h("span", { className: "count" });
  const bag = h(
    "a",
    { className: "way", href: "#/cart" },
    icon(icons.bag),
    h("span", { className: "word" }, t("cart")),
    count,
  );
  const counted = () => {
    show(count, cart.pieces || "");
    count.hidden = cart.pieces === 0;
    bag.setAttribute("aria-label", `${t("cart")} ${cart.pieces || ""}`.trim());
  };
  cart.changed(counted);
  counted();
  const other = spoken() === "en" ? "zh-CN" : "en";
  const turn = () => {
    speak(other);
    house.again();
  };
  return h(
    "nav",
    { className: "ways", "aria-label": t("ways") },
    h("button", { className: "way", type: "button", lang: other, onclick: turn }, t("language")),
    shop.shopper
      ? h("a", { className: "way", href: "#/orders", "aria-label": t("orders") }, icon(icons.parcel), word("orders"))
      : null,
    bag,
    shop.shopper
      ? account(house)
      : h("a", { className: "way", href: "#/login", "aria-label": t("login") }, icon(icons.person), word("login")),
  );
}

function word(key: "orders" | "login"): HTMLElement {
  return h("span", { className: "word" }, t(key));
}

function account(house: House): HTMLElement {
  const name = house.shop.shopper?.name ?? "";
  const out = h("button", { type: "button", className: "quiet", onclick: () => void leave(house) }, t("logout"));
  const face = h("span", { className: "face", "data-face": [...name][0] ?? "·" });
  return h(
    "details",
    { className: "account" },
    h(
      "summary",
      { className: "way", "aria-label": t("signedInAs", { name }) },
      face,
      h("span", { className: "word" }, name),
    ),
    h(
      "div",
      { className: "sheet" },
      h("p", { className: "soft small" }, t("signedInAs", { name })),
      h("a", { href: "#/orders" }, t("orders")),
      out,
    ),
  );
}

async function leave(house: House): Promise<void> {
  try {
    await house.api.logout();
    house.shop.shopper = null;
    await forget();
    go("#/");
    house.again();
  } catch (error) {
    say(problem(error));
  }
}
