import { hasUnsent, retireDevice } from "./device";
import { Sync, type SyncOptions, type Who } from "./sync";
import type { Draft, Earlier, Message, Shop, Snapshot } from "./types";

/**
 * What a visitor does in a talk: write, read, look back, say who he is, leave.
 *
 * Nothing reaches the server before `begin()`: a page that is only looked at makes no visitor.
 * Every change calls `options.changed`, and the view reads the fields.
 */
export class Talk extends Sync {
  shop: Shop | null = null;
  mark: Earlier | null;
  loadingEarlier = false;
  private links = new Map<string, Promise<{ url: string; thumb?: string }>>();

  constructor(options: SyncOptions) {
    super(options);
    this.mark = this.keep.get<Earlier>("read");
  }

  get returning(): boolean {
    return this.api.token !== null;
  }

  /** There is something to hear or to send, even if the chat is not opened. */
  get wanted(): boolean {
    return this.returning || hasUnsent(this.keep);
  }

  get unread(): number {
    return this.thread.unread(this.mark);
  }

  /** Shop name, greeting and privacy notice; asks nothing about the visitor. */
  async about(): Promise<void> {
    if (this.shop) return;
    const { shop, limits } = await this.api.about();
    this.shop = shop;
    this.limits = { ...limits, ...this.limits };
    this.changed();
  }

  begin(): void {
    this.link.start();
  }

  /** Resolves when there is a token to upload with. */
  async ready(): Promise<void> {
    if (!this.api.token) await this.enter();
    this.begin();
  }

  /** Closes the socket and gives the device free (page put away, element removed). */
  sleep(): void {
    this.link.stop();
    this.device?.release();
    this.device = null;
    this.outbox = null;
  }

  say(draft: Draft): void {
    this.begin();
    if (this.outbox) this.outbox.add(draft, Date.now());
    else this.early.push(draft);
    this.flush();
  }

  again(id: string): void {
    this.outbox?.again(id, Date.now());
    this.flush();
  }

  discard(id: string): void {
    this.outbox?.discard(id);
    this.changed();
  }

  /** Marks everything shown as read, here, on the server and in the other tabs. */
  read(): void {
    const last = this.thread.list.findLast((one) => one.sender !== "customer");
    if (!last || (this.mark && !later(last, this.mark))) return;
    this.mark = { conversation: last.conversation, before: last.seq };
    this.keep.set("read", this.mark);
    this.sendRead();
    this.changed();
  }

  /** Tells the agent that the visitor types. Only worth sending while a talk is open. */
  typed(on: boolean): void {
    const conversation = this.thread.conversation;
    if (conversation?.state === "open" && this.link.state === "live") {
      this.link.send({ t: "typing", conversation: conversation.id, on });
    }
  }

  page(): void {
    if (this.link.state === "live") this.link.send({ t: "page", ...this.options.page() });
  }

  async loadEarlier(): Promise<void> {
    const from = this.thread.earlier;
    if (!from || this.loadingEarlier) return;
    this.loadingEarlier = true;
    this.changed();
    try {
      const { items, earlier } = await this.api.earlier(from);
      if (this.thread.earlier === from) this.thread.prepend(items, earlier);
    } finally {
      this.loadingEarlier = false;
      this.changed();
    }
  }

  /** Signed addresses of a file. They expire: `fresh` asks again. */
  fileLink(file: string, fresh = false): Promise<{ url: string; thumb?: string }> {
    const known = this.links.get(file);
    if (known && !fresh) return known;
    const asked = this.api.link(file);
    this.links.set(file, asked);
    asked.catch(() => this.links.delete(file));
    return asked;
  }

  /** The page's user logged in: `identity` is what the shop signed for him. */
  async identify(identity: string): Promise<void> {
    if (!this.api.token) await this.enter();
    const { token } = await this.api.identify(identity);
    this.keep.set("known", true);
    if (token && token !== this.api.token) this.become(token);
    this.begin();
  }

  /** The page's user logged out: nothing of his talk stays in this browser. */
  async forget(): Promise<void> {
    const goodbye = this.api.token ? this.api.forget() : null;
    this.leave();
    for (const key of ["read", "known", "draft"]) this.keep.drop(key);
    const fresh = (await goodbye?.catch(() => null))?.token;
    if (fresh && !this.api.token) this.become(fresh);
  }

  /** Another tab signed in, logged out or read on: follow it. */
  follow(): void {
    const who = this.keep.get<Who>("who");
    this.mark = this.keep.get<Earlier>("read") ?? this.mark;
    if (!who && this.api.token) this.leave();
    else if (who && who.id === this.customer?.id) this.api.token = who.token;
    else if (who && who.token !== this.api.token) {
      this.become(who.token);
      this.begin();
    }
    this.changed();
  }

  /** Takes this browser's tab out of the talk: no token, no lines, another device next time. */
  private leave(): void {
    if (this.device) retireDevice(this.keep, this.device.id);
    this.sleep();
    this.mark = null;
    this.become(null);
  }

  protected entered({ conversation, messages }: Snapshot): void {
    if (this.mark) return;
    const last = messages.at(-1);
    if (conversation) this.mark = { conversation: conversation.id, before: conversation.customer_read ?? 0 };
    else this.mark = { conversation: last?.conversation ?? "", before: last?.seq ?? 0 };
  }

  protected welcomed(): void {
    this.sendRead();
    this.page();
  }

  private sendRead(): void {
    const { mark, thread } = this;
    if (this.link.state !== "live" || !mark?.before || mark.conversation !== thread.conversation?.id) return;
    if ((thread.conversation.customer_read ?? 0) >= mark.before) return;
    this.link.send({ t: "read", conversation: mark.conversation, seq: mark.before });
  }
}

function later(message: Message, mark: Earlier): boolean {
  if (message.conversation !== mark.conversation) return message.conversation > mark.conversation;
  return message.seq > mark.before;
}
