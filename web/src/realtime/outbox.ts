/**
 * Lines on their way: kept in storage until the server has said that it has them, so that neither a reload nor a lost
 * network loses one. A line's id is `${device}-${seq}` and never changes while it may have been stored: the server knows
 * a retry by it. Kept per person and device; what a closed tab left behind is adopted by the next one that opens.
 */
import type { SendFrame } from "./frames";

export type Draft = Omit<SendFrame, "t" | "id" | "seq" | "at">;

export interface Line extends Draft {
  id: string;
  seq: number;
  at: number;
  state: "pending" | "failed";
  error?: { code: string; args?: Record<string, unknown>; message?: string };
  /** What the screen needs to show the line before the server has it (a card, a picture); never sent. */
  preview?: unknown;
}

interface Box {
  next: number;
  lines: Line[];
}

type Listener = (conversations: ReadonlySet<string>) => void;

const PREFIX = "zg.outbox.";

export class Outbox {
  /** False once the browser refused to keep the box: a reload would then lose waiting lines. */
  durable = true;
  private box: Box;
  private readonly listeners = new Set<Listener>();
  private readonly key: string;

  constructor(
    private readonly storage: Storage,
    person: string,
    readonly device: string,
  ) {
    this.key = boxKey(person, device);
    this.box = readBox(storage, this.key);
  }

  /** All lines of a conversation (or all), oldest first. */
  lines(conversation?: string): Line[] {
    return conversation === undefined
      ? [...this.box.lines]
      : this.box.lines.filter((line) => line.conversation === conversation);
  }

  pending(): Line[] {
    return this.box.lines.filter((line) => line.state === "pending");
  }

  has(id: string): boolean {
    return this.box.lines.some((line) => line.id === id);
  }

  add(draft: Draft, preview?: unknown): Line {
    const seq = this.box.next;
    const line: Line = { ...draft, id: `${this.device}-${seq}`, seq, at: Date.now(), state: "pending" };
    if (preview !== undefined) line.preview = preview;
    this.box = { next: seq + 1, lines: [...this.box.lines, line] };
    this.changed(line);
    return line;
  }

  /** The server has it. */
  settle(id: string): Line | undefined {
    const line = this.box.lines.find((one) => one.id === id);
    if (!line) return undefined;
    this.box = { ...this.box, lines: this.box.lines.filter((one) => one !== line) };
    this.changed(line);
    return line;
  }

  /** The server refused it for good: it stays on the screen with the reason until the person decides. */
  fail(id: string, error: Line["error"]): void {
    this.replace(id, (line) => ({ ...line, state: "failed", ...(error ? { error } : {}) }));
  }

  /** A refused line was never stored, so trying again is a new line with a new id, at the end of the row. */
  again(id: string): Line | undefined {
    const line = this.box.lines.find((one) => one.id === id && one.state === "failed");
    if (!line) return undefined;
    this.settle(id);
    const { id: _id, seq: _seq, at: _at, state: _state, error: _error, preview, ...draft } = line;
    return this.add(draft, preview);
  }

  discard(id: string): void {
    if (this.box.lines.some((line) => line.id === id && line.state === "failed")) this.settle(id);
  }

  /** Takes over the lines a closed tab left: the ids stay (some may be stored), the places follow ours. */
  adopt(lines: readonly Line[]): void {
    for (const line of lines) {
      if (this.has(line.id)) continue;
      const seq = this.box.next;
      this.box = { next: seq + 1, lines: [...this.box.lines, { ...line, seq }] };
    }
    this.changed(...lines);
  }

  onChange(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private replace(id: string, change: (line: Line) => Line): void {
    const line = this.box.lines.find((one) => one.id === id);
    if (!line) return;
    this.box = { ...this.box, lines: this.box.lines.map((one) => (one === line ? change(one) : one)) };
    this.changed(line);
  }

  /** A full or forbidden storage must not stop the line from being sent: it then lives as long as the page. */
  private keep(): void {
    try {
      this.storage.setItem(this.key, JSON.stringify(this.box));
    } catch {
      this.durable = false;
    }
  }

  private changed(...lines: readonly Line[]): void {
    this.keep();
    const conversations = new Set(lines.map((line) => line.conversation ?? ""));
    for (const listener of [...this.listeners]) listener(conversations);
  }
}

export function boxKey(person: string, device: string): string {
  return `${PREFIX}${person}.${device}`;
}

export function readBox(storage: Storage, key: string): Box {
  try {
    const box = JSON.parse(storage.getItem(key) ?? "null") as Box | null;
    if (box && Number.isInteger(box.next) && Array.isArray(box.lines)) return box;
  } catch {
    // An unreadable box holds nothing that could be sent.
  }
  return { next: 1, lines: [] };
}

/** The devices of this person that have a box here, those with waiting lines first. */
export function boxedDevices(storage: Storage, person: string): string[] {
  const start = `${PREFIX}${person}.`;
  const keys = Array.from({ length: storage.length }, (_, i) => storage.key(i) ?? "").filter((key) =>
    key.startsWith(start),
  );
  return keys
    .sort((a, b) => readBox(storage, b).lines.length - readBox(storage, a).lines.length)
    .map((key) => key.slice(start.length));
}
