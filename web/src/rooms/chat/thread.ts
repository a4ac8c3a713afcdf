/**
 * A customer's talk as the screen holds it: blocks of messages in order, loaded upward page by page. A change replaces
 * the block it is in and nothing else, so that only that block is drawn again.
 */
import type { Earlier, Message, Place } from "./shapes";

export interface Block {
  key: string;
  messages: readonly Message[];
}

const BLOCK = 40;

const same = (a: Place, b: Place) => a.conversation === b.conversation && a.seq === b.seq;

export class Thread {
  blocks: readonly Block[] = [];
  /** Where the next page upward begins; null at the very beginning. */
  earlier: Earlier = null;
  /** True while the end is not loaded: the thread was opened at an old message. */
  detached = false;
  loaded = false;
  /** True when lines are known to be missing or may have changed unseen. */
  stale = true;
  private readonly listeners = new Set<() => void>();

  constructor(readonly id: string) {}

  get last(): Message | undefined {
    return this.blocks.at(-1)?.messages.at(-1);
  }

  get first(): Message | undefined {
    return this.blocks[0]?.messages[0];
  }

  get count(): number {
    return this.blocks.reduce((sum, block) => sum + block.messages.length, 0);
  }

  find(place: Place): Message | undefined {
    for (const block of this.blocks) {
      const found = block.messages.find((message) => same(message, place));
      if (found) return found;
    }
    return undefined;
  }

  /** A fresh end of the talk: joined to what is held when they touch, else it takes its place. */
  reset(messages: readonly Message[], earlier: Earlier, detached = false): void {
    const joins = this.loaded && !this.detached && !detached && this.join(messages);
    if (!joins) {
      this.blocks = cut(messages);
      this.earlier = earlier;
      this.detached = detached;
    }
    this.loaded = true;
    this.stale = false;
    this.changed();
  }

  /** A page above. */
  prepend(messages: readonly Message[], earlier: Earlier): void {
    const fresh = messages.filter((message) => !this.find(message));
    this.blocks = [...cut(fresh), ...this.blocks];
    this.earlier = earlier;
    this.changed();
  }

  /** A page below, while detached. */
  append(messages: readonly Message[], isEnd: boolean): void {
    for (const message of messages) if (!this.replace(message)) this.push(message);
    this.detached = !isEnd;
    this.changed();
  }

  /** A message that arrived or changed. Returns false when it does not belong to what is held. */
  receive(message: Message): boolean {
    if (!this.loaded) return false;
    const taken = this.take(message);
    if (taken) this.changed();
    return taken;
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /**
   * Lays a fresh end over the held one when no line is missing between them: what stands from its first line on is
   * replaced (a gap may have been in it), what came after its last line stays.
   */
  private join(messages: readonly Message[]): boolean {
    const [first] = messages;
    const last = messages.at(-1);
    if (!first || !last) return this.count === 0;
    const before = this.find(first) ?? this.find({ conversation: first.conversation, seq: first.seq - 1 });
    if (!before) return false;
    const newer = this.all().filter((one) => one.conversation === last.conversation && one.seq > last.seq);
    this.cutFrom(before);
    for (const message of [...(same(before, first) ? [] : [before]), ...messages, ...newer]) this.push(message);
    return true;
  }

  private all(): Message[] {
    return this.blocks.flatMap((block) => [...block.messages]);
  }

  /** Keeps what stands before a held line; untouched blocks stay the same. */
  private cutFrom(place: Place): void {
    const index = this.blocks.findIndex((block) => block.messages.some((one) => same(one, place)));
    const block = this.blocks[index];
    if (!block) return;
    const kept = block.messages.slice(
      0,
      block.messages.findIndex((one) => same(one, place)),
    );
    this.blocks = [...this.blocks.slice(0, index), ...(kept.length > 0 ? [{ ...block, messages: kept }] : [])];
  }

  private take(message: Message): boolean {
    if (this.replace(message)) return true;
    const last = this.last;
    if (this.detached || message.conversation !== this.id) return false;
    if (last?.conversation === message.conversation && message.seq <= last.seq) return false;
    if (last?.conversation === message.conversation && message.seq > last.seq + 1) this.stale = true;
    this.push(message);
    return true;
  }

  private replace(message: Message): boolean {
    const last = this.last;
    if (last?.conversation === message.conversation && message.seq > last.seq) return false;
    const index = this.blocks.findLastIndex((block) => block.messages.some((one) => same(one, message)));
    const block = this.blocks[index];
    if (!block) return false;
    const messages = block.messages.map((one) => (same(one, message) ? message : one));
    this.blocks = this.blocks.with(index, { ...block, messages });
    return true;
  }

  private push(message: Message): void {
    const last = this.blocks.at(-1);
    if (!last || last.messages.length >= BLOCK) this.blocks = [...this.blocks, ...cut([message])];
    else this.blocks = this.blocks.with(-1, { ...last, messages: [...last.messages, message] });
  }

  private changed(): void {
    for (const listener of [...this.listeners]) listener();
  }
}

/** Blocks of a bearable size; the key is the first message, which never changes its place. */
function cut(messages: readonly Message[]): Block[] {
  const blocks: Block[] = [];
  for (let i = 0; i < messages.length; i += BLOCK) {
    const part = messages.slice(i, i + BLOCK);
    const head = part[0] as Message;
    blocks.push({ key: `${head.conversation}/${head.seq}`, messages: part });
  }
  return blocks;
}
