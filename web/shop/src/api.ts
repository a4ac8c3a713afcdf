/** The storefront's server: everything it answers, and refusals as errors with words for people. */

export interface Variant {
  id: string;
  name: string;
  name_en: string;
  stock: number;
  price: string;
}

export interface SizeTable {
  columns: string[];
  columns_en?: string[];
  rows: string[][];
  note?: string;
  note_en?: string;
}

export interface Product {
  id: string;
  name: string;
  name_en: string;
  price: string;
  stock: number;
  picture: string;
  category: string;
  description: string;
  attributes: Record<string, string>;
  variants: Variant[];
  details: {
    category_en?: string;
    description_en?: string;
    attributes_en?: Record<string, string>;
    size_table?: SizeTable | null;
    questions?: { q: string; a: string; q_en?: string; a_en?: string }[];
    freight_insurance?: boolean;
  };
}

export interface Receiver {
  name: string;
  phone: string;
  region: string;
  address: string;
}

export interface Shopper {
  login: string;
  name: string;
  receiver: Partial<Receiver>;
}

export interface Shop {
  id: string;
  name: string;
  name_en: string;
  slogan: string;
  slogan_en: string;
  notice: string;
  notice_en: string;
  currency: string;
  language: string;
  offers: { reach: string; off: string }[];
  newcomer: string;
  demo: boolean;
  accounts: { login: string; name: string }[];
  shopper: Shopper | null;
}

export type OrderState = "placed" | "paid" | "shipped" | "completed" | "closed" | "refunding" | "refunded";
export type Step = "pay" | "close" | "complete" | "ask_refund" | "ship";

export interface Purchase {
  id: string;
  number: string;
  state: OrderState;
  amount: string;
  shipping_fee: string;
  discount: string;
  lines: { product: string; name: string; variant: string; picture: string; quantity: number; price: string }[];
  placed_at: number;
  receiver: { name: string; phone: string; region: string; address: string };
  carrier: string;
  tracking: string;
}

export interface Bill {
  goods: string;
  discount: string;
  shipping: string;
  amount: string;
}

export interface Wanted {
  variant: string;
  quantity: number;
}

/** What the server refused, in the reader's language. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly field: string | null,
    message: string,
  ) {
    super(message);
  }
}

export class Api {
  constructor(
    readonly shop: string,
    private readonly language: () => string,
  ) {}

  /** Finds the shop this page is for: `?shop=s_…`, else the first one there is. */
  static async first(): Promise<string | null> {
    const asked = new URLSearchParams(location.search).get("shop");
    if (asked) return asked;
    const answer = await fetch("/shop-api");
    const { items } = (await answer.json()) as { items: { id: string }[] };
    return items[0]?.id ?? null;
  }

  front = () => this.call<Shop>("GET", "");
  login = (login: string, password: string) => this.call<Shopper>("POST", "/login", { login, password });
  register = (login: string, name: string, password: string) =>
    this.call<Shopper>("POST", "/register", { login, name, password });
  logout = () => this.call<null>("POST", "/logout", {});
  identity = () => this.call<{ identity: string | null }>("GET", "/identity");
  quote = (lines: Wanted[], region: string) => this.call<Bill>("POST", "/quote", { lines, region });
  orders = () => this.call<{ items: Purchase[] }>("GET", "/orders");
  step = (order: string, step: Step) => this.call<Purchase>("POST", `/orders/${order}/${step}`, {});
  place = (request: string, lines: Wanted[], receiver: Receiver, note: string) =>
    this.call<Purchase>("POST", "/orders", { request, lines, receiver, note });

  /** Everything on the shelf, page by page. */
  async products(): Promise<Product[]> {
    const all: Product[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor ? `?cursor=${encodeURIComponent(cursor)}` : "";
      const page: { items: Product[]; next: string | null } = await this.call("GET", `/products${query}`);
      all.push(...page.items);
      cursor = page.next;
    } while (cursor);
    return all;
  }

  private async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const headers: Record<string, string> = { "Accept-Language": this.language() };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const sent = { method, headers, body: body === undefined ? null : JSON.stringify(body) };
    const answer = await fetch(`/shop-api/${encodeURIComponent(this.shop)}${path}`, sent);
    if (answer.status === 204) return null as T;
    const told = await answer.json().catch(() => null);
    if (answer.ok) return told as T;
    const { code = "http.internal", field = null, message = "" } = told?.error ?? {};
    throw new Refusal(answer.status, code, field, message || `HTTP ${answer.status}`);
  }
}
