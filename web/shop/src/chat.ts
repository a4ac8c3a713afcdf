/** The chat widget on this page: where it stands, whom the shop vouches for, which product is looked at. */

interface Chat extends HTMLElement {
  open(): void;
  identify(token: string): Promise<void>;
  forget(): Promise<void>;
}

const chat = (): Chat | null => document.querySelector<Chat>("zhanggui-chat");

/** Puts the widget on the page. It asks `identity` itself who is signed in. */
export function stand(shop: string, visit: { product(id: string): void; order(id: string): void }): void {
  const script = document.createElement("script");
  script.src = "/widget/widget.js";
  script.async = true;
  Object.assign(script.dataset, { shop, identityUrl: `/shop-api/${shop}/identity`, accent: "#2f6a4c" });
  document.head.append(script);
  const named = (event: Event) => String((event as CustomEvent<{ id: string }>).detail.id);
  document.addEventListener("zhanggui:product", (event) => visit.product(named(event)));
  document.addEventListener("zhanggui:order", (event) => visit.order(named(event)));
}

export const ask = (): void => chat()?.open();

/** Tells the widget which product the page shows, or none. */
export function look(product: string | null): void {
  const element = chat();
  const script = document.querySelector<HTMLScriptElement>('script[src="/widget/widget.js"]');
  for (const node of [element, script]) {
    if (!node) continue;
    if (product) node.dataset.product = product;
    else delete node.dataset.product;
  }
}

/** A login or logout must not fail because the chat cannot be reached. */
export async function identify(token: string): Promise<void> {
  await chat()
    ?.identify?.(token)
    .catch(() => {});
}

export async function forget(): Promise<void> {
  await chat()
    ?.forget?.()
    .catch(() => {});
}
