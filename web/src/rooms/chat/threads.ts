/** The threads that have been opened: kept for a quick return, filled from events, fetched when they may be behind. */
import type { LiveSession } from "../../realtime/live";
import { requests } from "./requests";
import type { Message, Place, Row } from "./shapes";
import { Thread } from "./thread";

const KEPT = 40;
const AROUND = 25;

export class Threads {
  private readonly threads = new Map<string, Thread>();
  private readonly running = new Map<string, Promise<void>>();
  private watched: string | null = null;

  constructor(private readonly live: LiveSession) {
    live.tables.table("message").onChange((ids) => this.take(ids));
    live.on("ready", () => this.rewatch());
    live.on("loaded", () => this.behind());
  }

  /** The thread of a conversation, at once, with whatever is held of it. */
  of(id: string): Thread {
    const held = this.threads.get(id) ?? new Thread(id);
    this.threads.delete(id);
    this.threads.set(id, held);
    this.evict();
    return held;
  }

  /** The conversation on the screen. */
  get open(): string | null {
    return this.watched;
  }

  /** Follows a conversation: its lines are sent to this page from now on. */
  watch(id: string | null): void {
    if (this.watched === id) return;
    if (this.watched) {
      this.live.signal({ t: "watch", conversation: this.watched, on: false });
      const left = this.threads.get(this.watched);
      if (left) left.stale = true;
    }
    this.watched = id;
    if (id) this.live.signal({ t: "watch", conversation: id, on: true });
  }

  /** Brings a thread up to date unless it is. Throws what the server says. */
  async refresh(id: string, force = false): Promise<void> {
    const thread = this.of(id);
    if (thread.loaded && !thread.stale && !force) return;
    await this.once(`refresh ${id}`, async () => {
      const got = await requests.open(id);
      const { tables } = this.live;
      tables.merge("conversation", [{ ...got.conversation }], got.n);
      tables.merge("customer", [got.customer], got.n);
      this.keep(got.messages, got.n);
      thread.reset(got.messages, got.earlier);
    });
  }

  /** One page upward. */
  async more(thread: Thread): Promise<void> {
    const from = thread.earlier;
    if (!from) return;
    await this.once(`more ${thread.id}`, async () => {
      const page = await requests.messages(from.conversation, from.before);
      this.keep(page.items);
      if (thread.earlier === from) thread.prepend(page.items, page.earlier);
    });
  }

  /** One page downward, while the end is not loaded. */
  async later(thread: Thread): Promise<void> {
    const last = thread.last;
    if (!thread.detached || !last) return;
    await this.once(`later ${thread.id}`, async () => {
      const page = await requests.messages(thread.id, last.seq + 51, 50);
      this.keep(page.items);
      const end = this.live.tables.get<Row>("conversation", thread.id)?.last_seq ?? 0;
      thread.append(page.items, (page.items.at(-1)?.seq ?? end) >= end);
    });
  }

  /** Makes sure a certain message is loaded, with some talk around it. */
  async reach(place: Place): Promise<void> {
    const thread = this.of(place.conversation);
    await this.refresh(place.conversation);
    if (thread.find(place)) return;
    const page = await requests.messages(place.conversation, place.seq + AROUND, 2 * AROUND);
    this.keep(page.items);
    thread.reset(page.items, page.earlier, true);
  }

  /** Back to the end after looking at an old place. */
  async toEnd(thread: Thread): Promise<void> {
    if (!thread.detached) return;
    thread.loaded = false;
    await this.refresh(thread.id, true);
  }

  private keep(messages: readonly Message[], n = 0): void {
    this.live.tables.merge(
      "message",
      messages.map((message) => ({ ...message })),
      n,
    );
  }

  private take(ids: ReadonlySet<string>): void {
    const table = this.live.tables.table("message");
    const strangers: string[] = [];
    for (const id of ids) {
      const message = table.get<Message>(id);
      if (!message) continue;
      if (!this.deliver(message)) strangers.push(id);
    }
    if (this.running.size === 0) table.forget(strangers);
  }

  /** An earlier conversation's message may stand in the thread of a later one of the same customer. */
  private deliver(message: Message): boolean {
    let taken = false;
    for (const thread of this.threads.values()) taken = thread.receive(message) || taken;
    const own = this.threads.get(message.conversation);
    if (own?.stale && own.id === this.watched) void this.refresh(own.id).catch(() => undefined);
    return taken;
  }

  private behind(): void {
    for (const thread of this.threads.values()) thread.stale = true;
    if (this.watched) void this.refresh(this.watched).catch(() => undefined);
  }

  /** A new socket knows nothing of what we watch; what was said meanwhile comes with the events or the refresh. */
  private rewatch(): void {
    if (!this.watched) return;
    this.live.signal({ t: "watch", conversation: this.watched, on: true });
    const thread = this.threads.get(this.watched);
    if (thread?.loaded) thread.stale = true;
    void this.refresh(this.watched).catch(() => undefined);
  }

  private async once(key: string, task: () => Promise<void>): Promise<void> {
    const running = this.running.get(key) ?? task().finally(() => this.running.delete(key));
    this.running.set(key, running);
    await running;
  }

  private evict(): void {
    for (const [id, thread] of this.threads) {
      if (this.threads.size <= KEPT) return;
      if (id === this.watched) continue;
      this.threads.delete(id);
      const keys = thread.blocks.flatMap((block) => block.messages.map((m) => `${m.conversation}/${m.seq}`));
      this.live.tables.table("message").forget(keys);
    }
  }
}
