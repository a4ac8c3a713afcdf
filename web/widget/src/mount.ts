import { ZhangguiChat } from "./element";

const TAG = "zhanggui-chat";

/** Where the desk is: the folder the script came from, without the widget's own. */
function server(script: HTMLScriptElement | null): string {
  return script ? script.src.replace(/(widget\/)?widget\.js.*$/, "") : location.origin;
}

/**
 * Puts one element on the page, or takes the one that stands there already.
 *
 * It stands outside `body`: transforms and filters of the page, and frameworks that replace the
 * whole body, do not reach it.
 */
export function mount(script: HTMLScriptElement | null): void {
  const present = document.querySelector<HTMLElement>(TAG);
  if (present) present.dataset.server ??= server(script);
  if (!present && script?.dataset.shop) {
    const element = document.createElement(TAG);
    Object.assign(element.dataset, { server: server(script) }, script.dataset);
    document.documentElement.append(element);
  }
  if (!customElements.get(TAG)) customElements.define(TAG, ZhangguiChat);
}
