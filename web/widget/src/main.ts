// The script of the page, as small as can be: it stays under one name and is asked for often,
// while everything it fetches carries a hash and stays in the browser's cache.
const script = document.currentScript as HTMLScriptElement | null;

void import("./mount").then(({ mount }) =>
  mount(script ?? document.querySelector<HTMLScriptElement>('script[data-shop][src*="widget.js"]')),
);
