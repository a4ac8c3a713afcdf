import type { Keep } from "./keep";
import type { Draft, Line, Message } from "./types";

interface Stored {
  seq: number;
  seen: number;
  lines: Line[];
}

/**
 * Lines of one device that the server has not confirmed, kept in storage until it does.
 *
 * Ids never change between tries: the server answers a repeated id with the first result, so
 * sending again is always safe and a line can neither be lost nor doubled.
 */
export class Outbox {
  lines: Line[];
  private seq: number;

  constructor(
    private keep: Keep,
    readonly device: string,
  ) {
    const stored = keep.get<Stored>(`out:${device}`);
    this.seq = stored?.seq ?? 0;
    this.lines = stored?.lines ?? [];
    this.rest();
  }

  add(draft: Draft, at: number): Line {
    const seq = ++this.seq;
    const line: Line = { ...draft, id: `${this.device}-${seq}`, seq, at, state: "waiting" };
    this.lines.push(line);
    this.save();
    return line;
  }

  waiting(): Line[] {
    return this.lines.filter((line) => line.state === "waiting");
  }

  /** The oldest line that is on the wire without an answer. */
  inFlight(): Line | undefined {
    return this.lines.find((line) => line.state === "sent");
  }

  /** Confirmed: the line leaves the outbox. */
  settle(id: string): Line | undefined {
    const line = this.lines.find((one) => one.id === id);
    if (line) this.discard(id);
    return line;
  }

  fail(id: string, code: string, reason?: string): void {
    const line = this.lines.find((one) => one.id === id);
    if (!line) return;
    Object.assign(line, { state: "failed", code, reason });
    this.save();
  }

  /** Puts lines back in the queue: all of them, or those from one id on. */
  rest(from?: string): void {
    const seq = from ? this.lines.find((one) => one.id === from)?.seq : 0;
    if (seq === undefined) return;
    for (const line of this.lines) {
      if (line.state === "sent" && line.seq >= seq) line.state = "waiting";
    }
  }

  /** A failed line tries again under a new id: its old number is spent. */
  again(id: string, at: number): void {
    const line = this.settle(id);
    if (!line) return;
    const { id: _id, seq: _seq, at: _at, state: _state, code: _code, reason: _reason, ...draft } = line;
    this.add(draft, at);
  }

  discard(id: string): void {
    this.lines = this.lines.filter((line) => line.id !== id);
    this.save();
  }

  /** Also the sign of life for tabs of browsers without Web Locks. */
  save(): void {
    const stored: Stored = { seq: this.seq, seen: Date.now(), lines: this.lines };
    this.keep.set(`out:${this.device}`, stored);
  }
}

/** The frame that carries a line. Only what the protocol names goes out. */
export function sendFrame(line: Line): Record<string, unknown> {
  const { id, seq, kind, text, file, product, order, quote, at } = line;
  const target = quote && { conversation: quote.conversation, seq: quote.seq };
  return { t: "send", id, seq, kind, text, file, product, order, quote: target, at };
}

type Place = { conversation: string; seq: number; at?: number };

/** An outbox line as the record it became. */
export function ownMessage(line: Line, { conversation, seq, at }: Place): Message {
  const { kind, text = "", body = null, quote = null, id } = line;
  const placed = { conversation, seq, at: at ?? line.at, kind, text, body, quote };
  return { ...placed, sender: "customer", name: "", client_id: id, recalled_at: null };
}
