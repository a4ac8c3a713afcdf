import type { Message } from "../core/types";
import { load } from "../load";
import { t } from "../words";
import type { Host } from "./bubble";
import { h, icon, icons, put, set } from "./dom";

const DOCUMENTS = ".pdf,.doc,.docx,.xls,.xlsx,.ppt,.pptx,.txt,.csv,.zip";
const TYPING_EVERY_MS = 3000;
const TYPING_ENDS_MS = 4000;

/** True while an input method composes: Enter then chooses a word and must not send. */
export function composing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}

/** Where the visitor writes. */
export class Composer {
  readonly area = h("textarea", { rows: 1, enterkeyhint: "send", maxlength: 4000 });
  readonly node: HTMLElement;
  private go = h("button", { class: "go", type: "button", onclick: () => this.send() });
  private smile = this.tool(icons.smile, () => void this.emoticons());
  private picture = this.tool(icons.picture, () => this.pick("image/*,video/mp4"));
  private file = this.tool(icons.file, () => this.pick(DOCUMENTS));
  private bell = this.tool(icons.bell, () => this.host.talk.say({ kind: "nudge" }));
  private quoting = h("div", { class: "quoting", hidden: true });
  private quoted: Message | null = null;
  private panel: HTMLElement | null = null;
  private typingSent = 0;
  private typingTimer = 0;

  constructor(
    private host: Host,
    /** Where uploads show themselves. */
    private uploads: HTMLElement,
    private said: () => void,
  ) {
    this.area.addEventListener("keydown", (event) => this.key(event));
    this.area.addEventListener("input", () => this.written());
    this.area.addEventListener("paste", (event) => this.take(event, event.clipboardData?.files));
    const tools = h("div", { class: "tools" }, this.smile, this.picture, this.file, this.bell);
    this.node = h("div", { class: "dock" }, this.quoting, tools, h("div", { class: "pen" }, this.area, this.go));
    this.area.value = host.talk.keep.get<string>("draft") ?? "";
    this.words();
  }

  /** Writes its words again, after the language changed. */
  words(): void {
    set(this.area, "placeholder", t("write"));
    set(this.area, "aria-label", t("write"));
    put(this.go, t("send"));
    const names = [this.smile, "emoticons", this.picture, "picture", this.file, "file", this.bell, "nudge"] as const;
    for (let i = 0; i < names.length; i += 2) {
      const label = t(names[i + 1] as "file");
      set(names[i] as HTMLElement, "aria-label", label);
      set(names[i] as HTMLElement, "title", label);
    }
    this.grow();
  }

  quote(message: Message | null): void {
    this.quoted = message;
    this.quoting.hidden = !message;
    if (!message) return;
    const cancel = h("button", {
      class: "ico",
      type: "button",
      "aria-label": t("cancel"),
      onclick: () => this.quote(null),
    });
    cancel.append(icon(icons.cross));
    const text = `${t("quoting", { name: message.name })}：${message.text}`;
    this.quoting.replaceChildren(h("span", {}, text), cancel);
    this.area.focus();
  }

  clear(): void {
    this.area.value = "";
    this.quote(null);
    this.grow();
  }

  /** Takes pasted, dropped or picked files; the event then goes no further. */
  take(event: Event, files: FileList | null | undefined): void {
    if (!files?.length) return;
    event.preventDefault();
    void this.upload([...files]);
  }

  /** Closes what stands open over the composer; true if there was something. */
  fold(): boolean {
    if (!this.panel) return false;
    this.panel.remove();
    this.panel = null;
    set(this.smile, "aria-expanded", "false");
    return true;
  }

  private tool(path: string, act: () => void): HTMLButtonElement {
    const button = h("button", { class: "ico", type: "button", onclick: act });
    button.append(icon(path));
    return button;
  }

  private key(event: KeyboardEvent): void {
    if (event.key !== "Enter" || event.shiftKey || event.altKey || composing(event)) return;
    event.preventDefault();
    this.send();
  }

  private written(): void {
    const { talk } = this.host;
    const text = this.area.value;
    this.grow();
    talk.keep.set("draft", text);
    if (!text.trim()) return;
    talk.begin();
    if (Date.now() - this.typingSent > TYPING_EVERY_MS) {
      this.typingSent = Date.now();
      talk.typed(true);
    }
    clearTimeout(this.typingTimer);
    this.typingTimer = setTimeout(() => this.stopTyping(), TYPING_ENDS_MS) as unknown as number;
  }

  private stopTyping(): void {
    clearTimeout(this.typingTimer);
    if (this.typingSent) this.host.talk.typed(false);
    this.typingSent = 0;
  }

  /** Grows by rows, not by a style attribute: a strict page forbids those. */
  private grow(): void {
    this.area.rows = 1;
    if (this.area.scrollHeight)
      this.area.rows = Math.max(1, Math.min(5, Math.floor((this.area.scrollHeight - 14) / 22)));
    set(this.go, "aria-disabled", this.area.value.trim() ? false : "true");
  }

  private send(): void {
    const text = this.area.value.trim();
    this.area.focus();
    if (!text) return;
    const { talk } = this.host;
    const quoted = this.quoted;
    const quote = quoted && {
      conversation: quoted.conversation,
      seq: quoted.seq,
      name: quoted.name,
      text: quoted.text,
    };
    talk.say({ kind: "text", text, quote: quote ?? undefined });
    talk.keep.drop("draft");
    this.clear();
    this.fold();
    this.stopTyping();
    this.said();
  }

  private pick(accept: string): void {
    const input = h("input", { type: "file", accept, multiple: true });
    input.addEventListener("change", () => void this.upload([...(input.files ?? [])]));
    input.click();
  }

  private async upload(files: File[]): Promise<void> {
    const { talk } = this.host;
    const { start, css } = await load.upload();
    this.host.wear(css);
    for (const file of files)
      start({ h, talk, place: this.uploads, retry: t("retry"), remove: t("remove"), moved: this.said }, file);
    this.said();
  }

  private async emoticons(): Promise<void> {
    if (this.fold()) return this.area.focus();
    const { panel, css } = await load.emoticons();
    if (this.panel) return;
    this.host.wear(css);
    this.panel = panel({ h, keep: this.host.talk.keep, label: t("emoticons") }, (sign) => {
      this.area.setRangeText(sign, this.area.selectionStart, this.area.selectionEnd, "end");
      this.written();
    });
    set(this.smile, "aria-expanded", "true");
    this.node.prepend(this.panel);
    this.panel.querySelector("button")?.focus();
  }
}
