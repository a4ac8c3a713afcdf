import { Api } from "./core/api";
import { Keep } from "./core/keep";
import { Talk } from "./core/talk";
import type { Message } from "./core/types";
import { load } from "./load";
import type { Host } from "./view/bubble";
import { counter } from "./view/counter";
import { h, icon, icons, put, set } from "./view/dom";
import type { Panel } from "./view/panel";
import { tint } from "./view/tint";
import { languageOf, launcherWords } from "./words/language";

/** Kept inside: the page's shortcuts must not fire while a visitor types. Clicks go on, so that menus of the page close. */
const PRIVATE_EVENTS =
  "keydown keyup keypress beforeinput input compositionstart compositionupdate compositionend paste copy cut dragover drop";
const PHONE = "(max-width:560px)";

/**
 * `<zhanggui-chat data-shop="s_…">`: the buyer's chat (买家聊天窗).
 *
 * Attributes: data-shop, data-server, data-lang, data-product, data-open, data-accent,
 * data-identity-url. Methods: open, close, identify, forget. Events (on the element):
 * zhanggui:ready, open, close, unread, product, order, identified, forgotten.
 */
export class ZhangguiChat extends HTMLElement implements Host {
  static observedAttributes = ["data-lang", "data-product", "data-open", "data-accent"];
  root!: ShadowRoot;
  talk!: Talk;
  private panel: Panel | null = null;
  private coming: Promise<Panel> | null = null;
  private launcher!: HTMLButtonElement;
  private label = h("span");
  private badge = h("span", { class: "badge", "aria-hidden": "true", hidden: true });
  private sheet = new CSSStyleSheet();
  private worn = new Set<string>();
  private watching: AbortController | null = null;
  private drawing = false;
  private told = -1;
  private phone = matchMedia(PHONE);

  connectedCallback(): void {
    const shop = this.dataset.shop;
    if (!shop || this.watching) return;
    if (!this.talk) this.build(shop);
    this.watch();
    void this.wake();
  }

  disconnectedCallback(): void {
    this.watching?.abort();
    this.watching = null;
    this.talk?.sleep();
  }

  attributeChangedCallback(name: string): void {
    if (!this.watching) return;
    if (name === "data-lang") void this.speak();
    if (name === "data-accent") this.tint();
    if (name === "data-open" && this.hasAttribute(name)) this.open();
    if (name === "data-product") {
      this.aim();
      this.talk.page();
    }
  }

  /** Opens the chat and puts the cursor where one writes. */
  open(): void {
    void this.unfold().then(
      () => this.panel?.focus(this.phone.matches),
      () => {},
    );
  }

  close(): void {
    if (!this.panel?.shown) return;
    this.panel.hide();
    this.launcher.hidden = false;
    this.talk.keep.set("open", false);
    this.fit();
    this.launcher.focus();
    this.draw();
    this.emit("close");
  }

  /** The page's user logged in: `token` is the identity the shop signed. */
  async identify(token: string): Promise<void> {
    await this.talk.identify(token);
    this.emit("identified");
  }

  /** The page's user logged out: clears the thread and starts as a stranger. */
  async forget(): Promise<void> {
    await this.talk.forget();
    this.panel?.composer.clear();
    this.emit("forgotten");
  }

  quote(message: Message): void {
    this.panel?.quote(message);
  }

  visit(kind: "product" | "order", id: string): void {
    this.emit(kind, { id });
  }

  wear(css: string): void {
    if (this.worn.has(css)) return;
    this.worn.add(css);
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    this.root.adoptedStyleSheets = [...this.root.adoptedStyleSheets, sheet];
  }

  private build(shop: string): void {
    this.root = this.attachShadow({ mode: "open" });
    const base = this.dataset.server ?? location.origin;
    const api = new Api(base.replace(/\/*$/, "/"), shop);
    this.talk = new Talk({
      api,
      keep: new Keep(`zhanggui:${shop}:`),
      socketUrl: `${api.base.replace(/^http/, "ws")}ws/visit`,
      language: () => languageOf(this.tag()),
      page: () => this.page(),
      changed: () => this.draw(),
      nudged: () => this.panel?.shake(),
    });
    this.launcher = h("button", {
      class: "launch",
      type: "button",
      "aria-haspopup": "dialog",
      onclick: () => this.open(),
    });
    this.launcher.append(icon(icons.chat), this.label, this.badge);
    this.wear(counter);
    this.root.adoptedStyleSheets = [...this.root.adoptedStyleSheets, this.sheet];
    for (const type of PRIVATE_EVENTS.split(" ")) this.root.addEventListener(type, (event) => event.stopPropagation());
    this.tint();
    this.root.append(this.launcher);
  }

  private async wake(): Promise<void> {
    const { talk, panel } = this;
    void this.speak();
    this.aim();
    const wasOpen = talk.keep.get<boolean>("open") && !this.phone.matches;
    if (this.hasAttribute("data-open") || wasOpen || panel?.shown) void this.unfold().catch(() => {});
    else if (talk.wanted) talk.begin();
    this.draw();
    this.emit("ready");
    await this.askIdentity();
  }

  /** Fetches the opened chat once; a failed try may be repeated. */
  private room(): Promise<Panel> {
    this.coming ??= load.panel().then(async ({ Panel, speak, style }) => {
      await speak(languageOf(this.tag())).catch(() => {});
      this.wear(style);
      this.panel = new Panel(this, () => this.close());
      this.root.append(this.panel.node);
      this.aim();
      return this.panel;
    });
    this.coming.catch(() => {
      this.coming = null;
    });
    return this.coming;
  }

  /** Opens without taking the focus, as after a change of pages. */
  private async unfold(): Promise<void> {
    void this.talk.about().catch(() => {});
    if (this.talk.wanted) this.talk.begin();
    const panel = await this.room();
    if (panel.shown) return;
    this.launcher.hidden = true;
    panel.show(this.phone.matches);
    this.talk.keep.set("open", true);
    this.fit();
    this.emit("open");
  }

  /** The page names an address that says who is logged in: 200 {identity}, or 401 / 204 for nobody. */
  private async askIdentity(): Promise<void> {
    const url = this.dataset.identityUrl;
    if (!url) return;
    try {
      const answer = await fetch(url, { credentials: "include" });
      const { identity } = answer.status === 200 ? await answer.json() : { identity: null };
      if (identity) await this.identify(identity);
      else if ([200, 204, 401].includes(answer.status) && this.talk.keep.get("known")) await this.forget();
    } catch {
      // unreachable: stay who we are
    }
  }

  private watch(): void {
    this.watching = new AbortController();
    const { signal } = this.watching;
    const on = (target: EventTarget, type: string, act: (event: Event) => void) =>
      target.addEventListener(type, act, { signal });
    const { talk } = this;
    on(window, "storage", (event) => {
      if ((event as StorageEvent).key?.startsWith(talk.keep.prefix)) talk.follow();
    });
    on(window, "online", () => talk.link.poke());
    on(document, "visibilitychange", () => {
      if (document.visibilityState !== "visible") return;
      talk.link.poke();
      this.panel?.readIfSeen();
    });
    on(window, "pagehide", () => talk.sleep());
    on(window, "pageshow", (event) => {
      if ((event as PageTransitionEvent).persisted && talk.wanted) talk.begin();
    });
    on(window, "popstate", () => talk.page());
    if ("navigation" in window) on(window.navigation as EventTarget, "navigatesuccess", () => talk.page());
    if (window.visualViewport) {
      on(window.visualViewport, "resize", () => this.fit());
      on(window.visualViewport, "scroll", () => this.fit());
    }
    const lang = new MutationObserver(() => void this.speak());
    lang.observe(document.documentElement, { attributeFilter: ["lang"] });
    signal.addEventListener("abort", () => lang.disconnect());
  }

  private tag(): string {
    return this.dataset.lang || document.documentElement.lang;
  }

  private async speak(): Promise<void> {
    this.lang = languageOf(this.tag()) === "zh" ? "zh-CN" : "en";
    this.draw();
    if (!this.panel) return;
    await (await load.panel()).speak(languageOf(this.tag())).catch(() => {});
    this.panel.words();
  }

  private aim(): void {
    this.panel?.offer.aim(this.dataset.product ?? null);
    if (this.panel?.shown) void this.panel.offer.show();
  }

  private page(): { url: string; title: string; product?: string } {
    const url = location.href.split("#")[0]?.slice(0, 1000) ?? "";
    return { url, title: document.title.slice(0, 200), product: this.dataset.product };
  }

  /** The accent, however it is written, as colours that can be read. */
  private tint(): void {
    const probe = new CSSStyleSheet();
    const own = this.dataset.accent;
    const accent = own && CSS.supports("color", own) ? own : "var(--zhanggui-accent,#0f5c5c)";
    probe.replaceSync(`.probe{color:${accent}}`);
    const span = h("span", { class: "probe" });
    const kept = this.root.adoptedStyleSheets;
    this.root.adoptedStyleSheets = [...kept, probe];
    this.root.append(span);
    const computed = getComputedStyle(span).color;
    span.remove();
    this.root.adoptedStyleSheets = kept;
    this.colours = tint(computed);
    this.fit();
  }

  private colours = "";

  /** On phones the sheet fills what the keyboard leaves. Written as a rule: no style attributes. */
  private fit(): void {
    const view = window.visualViewport;
    const size =
      view && this.panel?.shown && this.phone.matches ? `--top:${view.offsetTop}px;--height:${view.height}px` : "";
    this.sheet.replaceSync(`:host{${this.colours};${size}}`);
  }

  private draw(): void {
    if (this.drawing) return;
    this.drawing = true;
    queueMicrotask(() => {
      this.drawing = false;
      this.panel?.render();
      this.count();
    });
  }

  private count(): void {
    const { unread } = this.talk;
    const words = launcherWords[languageOf(this.tag())];
    put(this.label, words.label);
    put(this.badge, unread > 99 ? "99+" : String(unread));
    this.badge.hidden = unread === 0;
    set(this.launcher, "aria-label", unread ? words.unread(unread) : words.contact);
    if (unread !== this.told && this.told >= 0) this.emit("unread", { count: unread });
    this.told = unread;
  }

  private emit(name: string, detail?: unknown): void {
    this.dispatchEvent(new CustomEvent(`zhanggui:${name}`, { detail, bubbles: true }));
  }
}
