import type { h } from "../view/dom";

export const css = `
.view{border:0;padding:0;margin:0;width:100vw;height:100dvh;max-width:none;max-height:none;background:rgb(20 16 10/.92);place-items:center;overflow:hidden}
.view[open]{display:grid}
.view::backdrop{background:none}
.view img{max-width:94vw;max-height:88dvh;object-fit:contain;border-radius:6px}
.view button{position:absolute;top:calc(12px + env(safe-area-inset-top));right:16px;height:40px;padding:0 18px;border-radius:10px;background:rgb(255 255 255/.16);color:#fff}
.view button:focus-visible{outline-color:#fff}
`;

interface Kit {
  h: typeof h;
  close: string;
  alt: string;
}

/** Shows one picture over everything; Esc or a click ends it and focus goes back. */
export function show(root: ShadowRoot, url: string, { h, close, alt }: Kit): void {
  const back = root.activeElement;
  const dialog = h("dialog", { class: "view", "aria-label": alt });
  const end = () => dialog.close();
  dialog.append(h("img", { src: url, alt }), h("button", { type: "button", onclick: end }, close));
  dialog.addEventListener("click", end);
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "Escape") event.stopPropagation();
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (back instanceof HTMLElement) back.focus();
  });
  root.append(dialog);
  dialog.showModal();
}
