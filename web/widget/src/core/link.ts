import type { Frame } from "./types";

export type LinkState = "off" | "connecting" | "live" | "refused";

export interface LinkHooks {
  url: string;
  /** Everything hello needs (device, token, snapshot). Throws to try again later. */
  prepare(): Promise<void>;
  hello(): Record<string, unknown>;
  frame(frame: Frame): void;
  /** True when trying again is useless. */
  closed(code: number): boolean;
  state(state: LinkState): void;
  open?(url: string): WebSocket;
}

/** Thrown by `prepare` when trying again is useless (no such shop, page not allowed). */
export class Hopeless extends Error {}

const FIRST_WAIT_MS = 600;
const LONGEST_WAIT_MS = 30_000;
/** A line or ping that hears nothing for this long sits on a dead socket. */
const SILENCE_MS = 10_000;
const STEADY_MS = 10_000;
/** Frames the server always answers; the others may rightly meet silence. */
const ANSWERED = ["hello", "send", "ping"];

/**
 * Keeps one socket alive: backoff with jitter, heartbeat, and a clock against starving.
 *
 * An open socket may never close although nothing arrives any more (sleeping phone, lost route):
 * after each frame that is always answered something must come back within `SILENCE_MS`, or the socket is dropped.
 */
export class Link {
  state: LinkState = "off";
  private socket: WebSocket | null = null;
  private tries = 0;
  private heartbeat = 25_000;
  private retryTimer = 0;
  private beatTimer = 0;
  private silenceTimer = 0;
  private steadyTimer = 0;
  private floor = 0;

  constructor(private hooks: LinkHooks) {}

  start(): void {
    if (this.state === "off") void this.attempt();
  }

  stop(): void {
    this.drop();
    clearTimeout(this.retryTimer);
    this.become("off");
  }

  /** Starts over at once, e.g. for a new token or after a gap in the numbers. */
  restart(): void {
    if (this.state === "off") return;
    this.drop();
    this.later();
  }

  /** The page woke up or the network came back: check the socket, or stop waiting. */
  poke(): void {
    if (this.state === "live") this.send({ t: "ping" });
    else if (this.retryTimer) this.later(0);
  }

  send(frame: Record<string, unknown>): boolean {
    if (this.socket?.readyState !== 1) return false;
    this.socket.send(JSON.stringify(frame));
    if (ANSWERED.includes(String(frame.t))) this.expect();
    return true;
  }

  /** Called when hello was accepted and the events flow. */
  live(heartbeat?: number): void {
    if (heartbeat) this.heartbeat = Math.min(heartbeat, 55) * 1000;
    this.become("live");
    this.beat();
    clearTimeout(this.steadyTimer);
    this.steadyTimer = setTimeout(() => (this.tries = 0), STEADY_MS) as unknown as number;
  }

  /** The next try waits at least this long. */
  atLeast(ms: number): void {
    this.floor = ms;
  }

  private async attempt(): Promise<void> {
    this.retryTimer = 0;
    this.become("connecting");
    try {
      await this.hooks.prepare();
    } catch (error) {
      if ((this.state as LinkState) === "off") return;
      if (error instanceof Hopeless) return this.become("refused");
      return this.later();
    }
    if (this.state === "connecting" && !this.socket && !this.retryTimer) this.connect();
  }

  private connect(): void {
    const socket = (this.hooks.open ?? ((url) => new WebSocket(url)))(this.hooks.url);
    this.socket = socket;
    this.expect();
    socket.onopen = () => this.send({ t: "hello", v: 1, ...this.hooks.hello() });
    socket.onmessage = (event) => {
      if (this.socket === socket) this.heard(event.data);
    };
    socket.onclose = (event) => {
      if (this.socket !== socket) return;
      this.drop();
      this.ended(event.code);
    };
  }

  private ended(code: number): void {
    if (this.hooks.closed(code)) this.become("refused");
    else if (this.state !== "off") this.later();
  }

  private heard(data: unknown): void {
    clearTimeout(this.silenceTimer);
    this.silenceTimer = 0;
    let frame: Frame;
    try {
      frame = JSON.parse(String(data));
    } catch {
      return;
    }
    this.hooks.frame(frame);
  }

  private expect(): void {
    if (this.silenceTimer) return;
    this.silenceTimer = setTimeout(() => {
      this.drop();
      this.ended(0);
    }, SILENCE_MS) as unknown as number;
  }

  private beat(): void {
    clearTimeout(this.beatTimer);
    this.beatTimer = setTimeout(() => {
      this.send({ t: "ping" });
      this.beat();
    }, this.heartbeat) as unknown as number;
  }

  private later(wait = this.backoff()): void {
    this.become("connecting");
    clearTimeout(this.retryTimer);
    this.retryTimer = setTimeout(() => void this.attempt(), wait) as unknown as number;
  }

  /** Doubles up to the longest wait; the random half keeps a shop's visitors from returning as one. */
  private backoff(): number {
    const full = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.tries++);
    const wait = Math.max(this.floor, full / 2 + (Math.random() * full) / 2);
    this.floor = 0;
    return wait;
  }

  private drop(): void {
    for (const timer of [this.beatTimer, this.silenceTimer, this.steadyTimer]) clearTimeout(timer);
    this.silenceTimer = 0;
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }

  private become(state: LinkState): void {
    if (this.state === state) return;
    this.state = state;
    this.hooks.state(state);
  }
}
