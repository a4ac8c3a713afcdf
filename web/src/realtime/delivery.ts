/**
 * Carries the outbox's lines over the connection, in order. Everything that has no answer yet is sent again after each
 * reconnect; `retry: true` stops the row at that line and goes on from it after the pause the server named.
 */
import type { ClientFrame, ErrorFrame, SendFrame } from "./frames";
import type { Line, Outbox } from "./outbox";

/** No answer for this long on a live socket: say it again (the server knows it by its id). */
const IMPATIENCE = 20_000;
const DEFAULT_PAUSE = 1_000;

export class Delivery {
  /** Lines handed to the present socket. */
  private readonly onTheWay = new Set<string>();
  private paused: ReturnType<typeof setTimeout> | undefined;
  private watch: ReturnType<typeof setTimeout> | undefined;
  private open = false;

  constructor(
    private readonly outbox: Outbox,
    private readonly send: (frame: ClientFrame) => boolean,
  ) {}

  /** The socket takes frames: everything unanswered goes again. */
  ready(): void {
    this.open = true;
    this.resume();
  }

  lost(): void {
    this.open = false;
    this.onTheWay.clear();
    clearTimeout(this.paused);
    clearTimeout(this.watch);
    this.paused = undefined;
  }

  /** Sends what has not been sent on this socket yet. */
  push(): void {
    if (!this.open || this.paused !== undefined) return;
    for (const line of this.outbox.pending()) {
      if (this.onTheWay.has(line.id)) continue;
      if (!this.send(frameOf(line))) return;
      this.onTheWay.add(line.id);
    }
    this.expectAnswers();
  }

  /** An acknowledgement, as its own frame or on the event. Unknown ids (another tab's) are nobody's business here. */
  acknowledged(id: string): Line | undefined {
    this.onTheWay.delete(id);
    const line = this.outbox.settle(id);
    this.expectAnswers();
    return line;
  }

  refused(frame: ErrorFrame): void {
    if (frame.id === undefined || !this.outbox.has(frame.id)) return;
    this.onTheWay.delete(frame.id);
    if (frame.retry) return this.pause(frame.after ?? DEFAULT_PAUSE);
    const { code, args, message } = frame;
    this.outbox.fail(frame.id, { code, ...(args ? { args } : {}), ...(message ? { message } : {}) });
    this.expectAnswers();
  }

  private pause(after: number): void {
    clearTimeout(this.paused);
    this.paused = setTimeout(() => this.resume(), after);
  }

  private resume(): void {
    clearTimeout(this.paused);
    this.paused = undefined;
    this.onTheWay.clear();
    this.push();
  }

  private expectAnswers(): void {
    clearTimeout(this.watch);
    if (this.onTheWay.size > 0) this.watch = setTimeout(() => this.resume(), IMPATIENCE);
  }
}

export function frameOf(line: Line): SendFrame {
  const { state: _state, error: _error, preview: _preview, ...rest } = line;
  return { t: "send", ...rest };
}
