import { keyOf } from "../core/thread";
import type { Line, Message } from "../core/types";
import { t } from "../words";
import { brief, content, type Host, told } from "./bubble";
import { h, icon, icons } from "./dom";
import { moment } from "./time";

const TIME_GAP_MS = 5 * 60_000;
const GROUP_MS = 3 * 60_000;

interface Drawn {
  of: Message | Line;
  flags: string;
  node: HTMLElement;
}

const REASONS: Record<string, Parameters<typeof t>[0]> = {
  "chat.too_long": "tooLong",
  "chat.too_fast": "tooFast",
  "chat.nudge_too_soon": "nudgeSoon",
  "chat.blocked": "blocked",
};

/** The drawn thread. Each line's node is made once and replaced only when its record or place changes. */
export class Lines {
  readonly node = h("div", {});
  private drawn = new Map<string, Drawn>();

  constructor(private host: Host) {}

  render(): void {
    const { thread, lines } = this.host.talk;
    const next = new Map<string, Drawn>();
    let before: Message | undefined;
    const shown = thread.list.filter((one) => one.kind !== "note" && !one.body?.desk);
    const lastOwn = lines.length === 0 ? shown.findLast((one) => one.sender === "customer") : undefined;
    for (const message of shown) {
      const flags = this.flags(message, before, message === lastOwn);
      this.keep(next, keyOf(message), message, flags, () => this.stored(message, flags));
      before = message;
    }
    for (const line of lines) {
      this.keep(next, line.id, line, `${line.state} ${line.code}`, () => this.pending(line));
    }
    this.place(next);
  }

  /** Words changed: draw all anew. */
  redraw(): void {
    this.drawn.clear();
    this.node.replaceChildren();
    this.render();
  }

  private keep(
    next: Map<string, Drawn>,
    key: string,
    of: Message | Line,
    flags: string,
    make: () => HTMLElement,
  ): void {
    const held = this.drawn.get(key);
    next.set(key, held && held.of === of && held.flags === flags ? held : { of, flags, node: make() });
  }

  private place(next: Map<string, Drawn>): void {
    for (const [key, { node }] of this.drawn) if (next.get(key)?.node !== node) node.remove();
    let at = this.node.firstChild;
    for (const { node } of next.values()) {
      if (node === at) at = at.nextSibling;
      else this.node.insertBefore(node, at);
    }
    this.drawn = next;
  }

  private flags(message: Message, before: Message | undefined, lastOwn: boolean): string {
    const flags: string[] = [];
    if (!before || message.at - before.at > TIME_GAP_MS) flags.push("time");
    if (
      before?.sender !== message.sender ||
      before.name !== message.name ||
      message.at - before.at > GROUP_MS ||
      told(before)
    ) {
      flags.push("first");
    }
    if (lastOwn) {
      const talk = this.host.talk.thread.conversation;
      const read = talk?.id === message.conversation && (talk.desk_read ?? 0) >= message.seq;
      flags.push(read || talk?.id !== message.conversation ? "read" : "delivered");
    }
    return flags.join(" ");
  }

  private stored(message: Message, flags: string): HTMLElement {
    const has = (flag: string) => flags.split(" ").includes(flag);
    const time = has("time") && h("div", { class: "center" }, h("time", {}, moment(message.at)));
    const event = told(message);
    if (event !== null) return h("div", {}, time, h("div", { class: "center" }, event));
    const own = message.sender === "customer";
    const name = own ? t("me") : message.name || t("agent");
    const auto = message.sender === "auto" && h("span", { class: "tag" }, t("auto"));
    const heading = own
      ? h("div", { class: "sr" }, name)
      : h("div", { class: has("first") ? "name" : "sr" }, name, auto);
    const quote = () => this.host.quote({ ...message, name, text: brief(message) });
    const act = h("button", {
      class: "ico act",
      type: "button",
      title: t("quote"),
      "aria-label": t("quote"),
      onclick: quote,
    });
    act.append(icon(icons.quote));
    const foot =
      (has("read") || has("delivered")) && h("div", { class: "foot" }, t(has("read") ? "read" : "delivered"));
    const css = `row${own ? " own" : ""}${has("first") ? " first" : ""}`;
    return h(
      "div",
      {},
      time,
      h("div", { class: css }, heading, h("div", { class: "say" }, content(this.host, message), act), foot),
    );
  }

  private pending(line: Line): HTMLElement {
    const { talk } = this.host;
    const failed = line.state === "failed";
    const bubble = line.kind === "nudge" ? h("div", { class: "bubble" }, t("nudge")) : content(this.host, line);
    const spin = !failed && h("span", { class: "spin", role: "img", "aria-label": t("sending") });
    return h(
      "div",
      { class: "row own" },
      h("div", { class: "sr" }, t("me")),
      h("div", { class: "say" }, bubble, spin),
      failed &&
        h(
          "div",
          { class: "foot bad", role: "alert" },
          failure(line),
          h("button", { class: "link", type: "button", onclick: () => talk.again(line.id) }, t("retry")),
          h("button", { class: "link", type: "button", onclick: () => talk.discard(line.id) }, t("remove")),
        ),
    );
  }
}

/** Our own words for what visitors meet most, else the server's. */
function failure({ code = "", reason }: Line): string {
  const word = REASONS[code];
  return word ? t(word) : reason || t("failed");
}
