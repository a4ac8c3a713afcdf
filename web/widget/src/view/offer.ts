import type { Body } from "../core/types";
import { load } from "../load";
import { t } from "../words";
import type { Host } from "./bubble";
import { h, icon, icons } from "./dom";

/** Offers the product of the page for one press: the first thing a buyer wants to say. */
export class Offer {
  readonly node = h("div", { class: "offer", hidden: true });
  private product: string | null = null;
  private asked: string | null = null;
  private body: Body | null = null;
  private done = new Set<string>();

  constructor(
    private host: Host,
    private said: () => void,
  ) {}

  /** The page shows another product, or none. */
  aim(product: string | null): void {
    if (product === this.product) return;
    this.product = product;
    this.node.hidden = true;
  }

  /** Looks the product up, once the chat is open. */
  async show(): Promise<void> {
    const id = this.product;
    if (!id || this.asked === id || this.done.has(id)) return;
    this.asked = id;
    const cards = await load.cards();
    const { api } = this.host.talk;
    const body = await cards.lookUp(api.base, api.shop, id);
    if (!body || id !== this.product) return;
    this.host.wear(cards.css);
    this.body = body;
    this.draw(cards.goods);
  }

  /** Also called after the language changed. */
  async redraw(): Promise<void> {
    if (this.body && !this.node.hidden) this.draw((await load.cards()).goods);
  }

  private draw(goods: Awaited<ReturnType<typeof load.cards>>["goods"]): void {
    const { talk } = this.host;
    const body = this.body as Body;
    const send = () => {
      talk.say({ kind: "product", product: String(body.product), text: "", body });
      this.close();
      this.said();
    };
    const kit = { h, t, address: (path: string) => talk.api.address(path) };
    const close = h("button", { class: "ico", type: "button", "aria-label": t("cancel"), onclick: () => this.close() });
    close.append(icon(icons.cross));
    const button = h("button", { class: "go", type: "button", onclick: send }, t("sendProduct"));
    this.node.replaceChildren(goods(kit, body), button, close);
    this.node.hidden = false;
  }

  private close(): void {
    if (this.product) this.done.add(this.product);
    this.node.hidden = true;
  }
}
