import type { Body } from "../core/types";
import type { h } from "../view/dom";
import type { t } from "../words";

export const css = `
.card{display:block;width:256px;max-width:100%;border:1px solid var(--line);border-radius:10px;overflow:hidden;background:var(--card);color:var(--ink)}
.card:hover{border-color:var(--at)}
.goods{display:flex;gap:10px;padding:10px;align-items:flex-start}
.goods img,.goods .none{width:56px;height:56px;flex:none;border-radius:7px;object-fit:cover;background:var(--paper)}
.goods span{min-width:0;flex:1}
.goods b{display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:2;overflow:hidden;font-weight:500;line-height:20px;overflow-wrap:anywhere}
.goods i{display:block;font-style:normal;font-size:12px;line-height:18px;color:var(--soft)}
.cost{display:block;font-weight:600;line-height:20px;color:var(--seal);font-variant-numeric:tabular-nums}
@media(prefers-color-scheme:dark){.cost{color:#f0897d}}
.card .bar{display:flex;justify-content:space-between;gap:8px;padding:7px 10px;font-size:12px;line-height:18px;color:var(--soft);border-bottom:1px solid var(--line)}
.card .bar:last-child{border:0;border-top:1px solid var(--line)}
.offer{display:flex;align-items:center;gap:4px;flex:none;padding:0 4px 0 0;border-top:1px solid var(--line);background:var(--card)}
.offer .goods{flex:1;min-width:0;padding:8px 10px}.offer .goods img,.offer .none{width:44px;height:44px}.offer .goods b{-webkit-line-clamp:1}
.card .bar b{font-weight:500;color:var(--at)}
`;

export interface Kit {
  h: typeof h;
  t: typeof t;
  address(path: string): string;
}

interface Goods {
  name?: string;
  variant?: string;
  picture?: string;
  price?: string;
  quantity?: number;
}

const STATES: Record<string, [string, string]> = {
  placed: ["待付款", "To be paid"],
  paid: ["待发货", "Paid"],
  shipped: ["已发货", "On its way"],
  completed: ["已完成", "Completed"],
  closed: ["已关闭", "Closed"],
  refunding: ["退款中", "Refunding"],
  refunded: ["已退款", "Refunded"],
};

/** Picture, name, variant, count and price in one row. */
export function goods({ h, address }: Kit, { name = "", variant, picture, price, quantity }: Goods): HTMLElement {
  const image = picture
    ? h("img", { src: address(picture), alt: "", width: 56, height: 56, loading: "lazy", decoding: "async" })
    : h("span", { class: "none" });
  const detail = [variant, quantity && `×${quantity}`].filter(Boolean).join("  ");
  const cost = price && h("span", { class: "cost" }, `¥${price}`);
  return h("span", { class: "goods" }, image, h("span", {}, h("b", {}, name), detail && h("i", {}, detail), cost));
}

/** A product as the agent sent it, or as the visitor is about to send it. */
export function product(kit: Kit, body: Body, open: (id: string) => void): HTMLElement {
  const id = String(body.product ?? "");
  const attributes = { class: "card", type: "button", onclick: () => open(id) };
  return kit.h("button", attributes, goods(kit, body as Goods));
}

export function order(kit: Kit, body: Body, open: (id: string) => void): HTMLElement {
  const { h, t } = kit;
  const lines = (Array.isArray(body.lines) ? body.lines : []) as Goods[];
  const chinese = t("order") === "订单";
  const state = STATES[String(body.state)]?.[chinese ? 0 : 1] ?? String(body.state ?? "");
  const count = lines.reduce((sum, line) => sum + (line.quantity ?? 1), 0);
  const items = chinese ? `共 ${count} 件` : `${count} item${count === 1 ? "" : "s"}`;
  return h(
    "button",
    { class: "card", type: "button", onclick: () => open(String(body.order ?? "")) },
    h("span", { class: "bar" }, h("span", {}, `${t("order")} ${body.number ?? ""}`), h("b", {}, state)),
    ...lines.slice(0, 3).map((line) => goods(kit, line)),
    h("span", { class: "bar" }, h("span", {}, items), h("span", { class: "cost" }, `¥${body.amount ?? ""}`)),
  );
}

/** The product page the visitor is on: asked from the shop, offered above the composer. */
export async function lookUp(base: string, shop: string, id: string): Promise<Body | null> {
  try {
    const answer = await fetch(`${base}shop-api/${shop}/products/${encodeURIComponent(id)}`, { credentials: "omit" });
    if (!answer.ok) return null;
    const { name, name_en, price, picture } = await answer.json();
    return { product: id, name, name_en, price, picture };
  } catch {
    return null;
  }
}
