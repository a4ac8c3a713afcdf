import type { Conversation, Earlier, Message, Snapshot } from "./types";

export const keyOf = (message: { conversation: string; seq: number }) => `${message.conversation}/${message.seq}`;

/** The order in which lines were said; two talks that ran side by side (before a login joined them) interleave. */
function before(a: Message, b: Message): number {
  if (a.conversation === b.conversation) return a.seq - b.seq;
  return a.at - b.at || (a.conversation < b.conversation ? -1 : 1);
}

/** The records of the talk. A put replaces a record only when it is newer than what is held. */
export class Thread {
  list: Message[] = [];
  conversation: Conversation | null = null;
  earlier: Earlier | null = null;
  private numbers = new Map<string, number>();

  /** A snapshot replaces everything, but keeps older pages when it reaches back to them. */
  reset(snapshot: Snapshot): void {
    const first = snapshot.messages[0];
    const joins = first !== undefined && this.numbers.has(keyOf(first));
    const older = joins ? this.list.filter((one) => before(one, first) < 0) : [];
    if (!joins) this.earlier = snapshot.earlier;
    this.list = [];
    this.numbers.clear();
    for (const message of [...older, ...snapshot.messages]) this.put(message, snapshot.n);
    this.conversation = snapshot.conversation;
  }

  clear(): void {
    this.list = [];
    this.numbers.clear();
    this.conversation = null;
    this.earlier = null;
  }

  put(message: Message, n: number): void {
    const key = keyOf(message);
    const held = this.numbers.get(key);
    if (held !== undefined && held >= n) return;
    this.numbers.set(key, n);
    if (message.sender === "agent") this.answered(message);
    if (held !== undefined) {
      this.list[this.list.findIndex((one) => keyOf(one) === key)] = message;
      return;
    }
    let at = this.list.length;
    while (at > 0 && before(message, this.list[at - 1] as Message) < 0) at--;
    this.list.splice(at, 0, message);
  }

  /** Who answers has read; the server says so only to those who open the talk anew. */
  private answered(message: Message): void {
    const talk = this.conversation;
    if (talk?.id === message.conversation) {
      this.conversation = { ...talk, desk_read: Math.max(talk.desk_read ?? 0, message.seq) };
    }
  }

  has(key: string): boolean {
    return this.numbers.has(key);
  }

  gone(key: string): void {
    this.numbers.delete(key);
    this.list = this.list.filter((one) => keyOf(one) !== key);
  }

  /** An older page; its records are never newer than what events brought meanwhile. */
  prepend(items: Message[], earlier: Earlier | null): void {
    for (const message of items) this.put(message, 0);
    this.earlier = earlier;
  }

  /** Lines of the shop after the visitor's read mark. */
  unread(mark: Earlier | null): number {
    if (!mark) return 0;
    return this.list.filter(
      (one) =>
        (one.sender === "agent" || one.sender === "auto") &&
        !one.recalled_at &&
        (one.conversation > mark.conversation || (one.conversation === mark.conversation && one.seq > mark.before)),
    ).length;
  }
}
