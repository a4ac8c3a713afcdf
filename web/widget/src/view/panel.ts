import type { Message } from "../core/types";
import { t } from "../words";
import type { Host } from "./bubble";
import { Composer, composing } from "./composer";
import { h, icon, icons, put, set } from "./dom";
import { Lines } from "./lines";
import { Offer } from "./offer";

export { speak } from "../words";
export { style } from "./style";

const NEAR_PX = 60;
/** Shorter breaks of the connection are nobody's business. */
const SLOW_MS = 1500;

/** The opened chat: head, thread, status strip, composer. */
export class Panel {
  readonly node: HTMLElement;
  readonly composer: Composer;
  readonly offer: Offer;
  private lines: Lines;
  private seal = h("span", { class: "seal", "aria-hidden": "true" });
  private title = h("h2", { id: "title" });
  private status = h("p");
  private fold = h("button", { class: "ico", type: "button", onclick: () => this.close() });
  private earlier = h("button", { class: "link more", type: "button", onclick: () => void this.older() });
  private privacy = h("details", { class: "note" });
  private greeting = h("div", { class: "row first" });
  private uploads = h("div");
  private log = h("div", { class: "log", role: "log", tabindex: 0 });
  private jump = h("button", { class: "jump", type: "button", hidden: true, onclick: () => this.bottom() });
  private strip = h("div", { class: "strip", role: "status" });
  private legal = h("div", { class: "legal" });
  private dropping = h("div", { class: "drop", hidden: true });
  private atBottom = true;
  private greeted = false;
  private slowTimer = 0;
  private slow = false;
  private lastKey = "";
  private lastTop = 0;

  constructor(
    private host: Host,
    private close: () => void,
  ) {
    const said = () => this.bottom();
    this.lines = new Lines(host);
    this.composer = new Composer(host, this.uploads, said);
    this.offer = new Offer(host, said);
    this.fold.append(icon(icons.close));
    this.log.append(this.earlier, this.privacy, this.greeting, this.lines.node, this.uploads);
    this.log.addEventListener("scroll", () => this.scrolled());
    const head = h(
      "header",
      { class: "head" },
      this.seal,
      h("div", { class: "who" }, this.title, this.status),
      this.fold,
    );
    const body = h("div", { class: "body" }, this.log, this.jump, this.dropping);
    const attributes = { class: "panel", role: "dialog", "aria-labelledby": "title", hidden: true };
    this.composer.node.append(this.legal);
    this.node = h("section", attributes, head, body, this.strip, this.offer.node, this.composer.node);
    this.listen();
    this.words();
  }

  get shown(): boolean {
    return !this.node.hidden;
  }

  /** `modal` on phones, where nothing else can be seen. */
  show(modal: boolean): void {
    set(this.node, "aria-modal", modal ? "true" : null);
    this.node.hidden = false;
    this.composer.words();
    this.render();
    this.bottom();
    void this.offer.show();
  }

  hide(): void {
    this.node.hidden = true;
    this.composer.fold();
  }

  focus(phone: boolean): void {
    if (phone) this.fold.focus();
    else this.composer.area.focus();
  }

  quote(message: Message): void {
    this.composer.quote(message);
  }

  shake(): void {
    this.node.classList.remove("shake");
    requestAnimationFrame(() => this.node.classList.add("shake"));
  }

  /** All words anew. */
  words(): void {
    set(this.fold, "aria-label", t("close"));
    set(this.log, "aria-label", t("log"));
    put(this.dropping, t("dropHere"));
    this.jump.replaceChildren(icon(icons.down), t("newer"));
    this.greeting.replaceChildren();
    this.privacy.replaceChildren();
    this.legal.replaceChildren();
    this.composer.words();
    this.lines.redraw();
    void this.offer.redraw();
    this.render();
  }

  render(): void {
    if (!this.shown) return;
    const { log } = this;
    const stick = this.atBottom;
    const top = this.lines.node.firstElementChild as HTMLElement | null;
    const before = top?.offsetTop ?? 0;
    this.renderHead();
    this.renderIntro();
    this.lines.render();
    this.renderStrip();
    if (stick) this.bottom();
    else if (top?.isConnected) log.scrollTop += top.offsetTop - before;
    this.noticeNew();
    this.readIfSeen();
  }

  /** Tells the talk that what stands on the screen has been read. */
  readIfSeen(): void {
    if (this.shown && this.atBottom && document.visibilityState === "visible") this.host.talk.read();
  }

  bottom(): void {
    this.log.scrollTop = this.log.scrollHeight;
    this.atBottom = true;
    this.jump.hidden = true;
  }

  private listen(): void {
    // Pictures, cards, the keyboard: whatever changes a height, the last line stays in sight.
    const sizes = new ResizeObserver(() => this.atBottom && this.bottom());
    for (const part of [this.log, this.lines.node, this.uploads]) sizes.observe(part);
    this.node.addEventListener("keydown", (event) => this.key(event));
    this.node.addEventListener("dragover", (event) => this.drag(event, true));
    this.node.addEventListener("dragleave", (event) => this.drag(event, false));
    this.node.addEventListener("drop", (event) => {
      this.drag(event, false);
      this.composer.take(event, event.dataTransfer?.files);
    });
  }

  private drag(event: DragEvent, on: boolean): void {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.dropping.hidden = !on;
  }

  private key(event: KeyboardEvent): void {
    if (event.key === "Escape" && !composing(event)) {
      event.preventDefault();
      if (this.composer.fold()) this.composer.area.focus();
      else this.close();
    }
    if (event.key === "Tab" && this.node.hasAttribute("aria-modal")) this.trap(event);
  }

  /** On a phone the page behind is covered: focus stays inside. */
  private trap(event: KeyboardEvent): void {
    const stops = [...this.node.querySelectorAll<HTMLElement>("button,textarea,a[href],summary,[tabindex='0']")].filter(
      (one) => one.offsetParent !== null,
    );
    const edge = event.shiftKey ? stops[0] : stops.at(-1);
    if ((this.node.getRootNode() as ShadowRoot).activeElement !== edge) return;
    event.preventDefault();
    (event.shiftKey ? stops.at(-1) : stops[0])?.focus();
  }

  private renderHead(): void {
    const { shop, thread, link } = this.host.talk;
    const name = shop?.name ?? t("shop");
    put(this.title, name);
    put(this.seal, [...name][0] ?? "");
    const agent = thread.conversation?.state === "open" ? thread.conversation.agent : null;
    const open = shop && (shop.open ? t("online") : t("resting"));
    put(
      this.status,
      link.state === "refused" ? t("refused") : agent ? t("serving", { name: agent }) : (open ?? t("shop")),
    );
  }

  private renderIntro(): void {
    const { shop, thread, loadingEarlier, returning } = this.host.talk;
    this.earlier.hidden = !thread.earlier;
    put(this.earlier, t(loadingEarlier ? "loading" : "earlier"));
    const notice = shop?.privacy_notice;
    this.privacy.hidden = !notice || !!thread.earlier;
    if (notice && !this.privacy.hasChildNodes()) {
      this.privacy.append(h("summary", {}, t("privacy")), h("p", {}, notice));
    }
    this.legal.hidden = returning || !notice;
    if (notice && !this.legal.hasChildNodes()) {
      this.legal.append(
        t("consent"),
        " ",
        h("button", { class: "link", type: "button", onclick: () => this.explain() }, t("privacy")),
      );
    }
    this.renderGreeting();
  }

  private renderGreeting(): void {
    const { shop, thread } = this.host.talk;
    const greeting = shop?.greeting ?? "";
    if (!thread.list.length) this.greeted = true;
    const said = thread.list.some((one) => one.text === greeting);
    this.greeting.hidden = !greeting || said || !!thread.earlier || !this.greeted;
    if (this.greeting.hidden || this.greeting.hasChildNodes()) return;
    const name = h("div", { class: "name" }, shop?.name, h("span", { class: "tag" }, t("auto")));
    this.greeting.append(name, h("div", { class: "bubble" }, greeting));
  }

  private explain(): void {
    this.privacy.open = true;
    this.privacy.scrollIntoView({ block: "nearest" });
    this.privacy.querySelector("summary")?.focus();
  }

  private renderStrip(): void {
    const { link, queue, typing } = this.host.talk;
    if (link.state === "connecting") {
      this.slowTimer ||= setTimeout(() => {
        this.slow = true;
        this.renderStrip();
      }, SLOW_MS) as unknown as number;
    } else {
      clearTimeout(this.slowTimer);
      this.slowTimer = 0;
      this.slow = false;
    }
    let text = "";
    if (link.state === "refused") text = t("refused");
    else if (this.slow) text = t("reconnecting");
    else if (typing !== null) text = t("typing", { name: typing || t("agent") });
    else if (queue !== null) text = queue > 1 ? t("queue", { ahead: queue - 1 }) : t("queueNext");
    put(this.strip, text);
    this.strip.classList.toggle("dots", typing !== null && !this.slow);
    this.strip.classList.toggle("bad", this.slow || link.state === "refused");
  }

  private noticeNew(): void {
    const last = this.host.talk.thread.list.at(-1);
    const key = last ? `${last.conversation}/${last.seq}` : "";
    const fresh = key > this.lastKey || key.length > this.lastKey.length;
    if (fresh && this.lastKey && !this.atBottom && last?.sender !== "customer") this.jump.hidden = false;
    this.lastKey = key;
  }

  private scrolled(): void {
    const { log } = this;
    const near = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_PX;
    // Only scrolling up leaves the bottom: a card that grew before this event arrived does not.
    if (near || log.scrollTop < this.lastTop) this.atBottom = near;
    this.lastTop = log.scrollTop;
    if (this.atBottom) {
      this.jump.hidden = true;
      this.readIfSeen();
    }
    if (log.scrollTop < NEAR_PX && this.host.talk.thread.earlier) void this.older();
  }

  private async older(): Promise<void> {
    await this.host.talk.loadEarlier().catch(() => {});
  }
}
