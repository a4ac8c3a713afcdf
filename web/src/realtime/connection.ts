/**
 * One socket to the server, kept alive: opens, says hello, follows the event numbers, notices silence, comes back.
 *
 * Promise: between `onReady` calls every event is handed over exactly once and in order; when that cannot be kept (wrong
 * `prev`, server says resync), the snapshot is loaded again, which is the same road as opening the page.
 * Why a client time-out: an open socket can starve without ever reporting a close.
 */
import { backoff } from "./backoff";
import * as wire from "./frames";
import { Pulse } from "./pulse";

export type LinkState = "connecting" | "live" | "offline" | "signed_out" | "outdated";

/** The part of WebSocket that is used; tests bring their own. */
export interface Socket {
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  onerror: (() => void) | null;
  send(data: string): void;
  close(code?: number): void;
}

export interface ConnectionPlan {
  /** Opens a fresh socket. */
  open(): Socket;
  /** The hello frame's own fields. */
  hello(): { device: string; csrf?: string; token?: string; scope?: string[] };
  /** Loads the snapshot into the tables; resolves with its number. Throws SignedOut when the session is over. */
  snapshot(reason: string): Promise<number>;
  onEvent(frame: wire.EventFrame): void;
  onAck(frame: wire.AckFrame): void;
  onError(frame: wire.ErrorFrame): void;
  onLive(frame: wire.LiveFrame): void;
  onState(state: LinkState): void;
  /** The socket takes frames now; called after each welcome. */
  onReady(limits: Record<string, number>): void;
  random?: () => number;
}

export class SignedOut extends Error {}

const HANDSHAKE = 10_000;
/** This many failures in a row and the screen says offline instead of connecting; it then stays so until live. */
const PATIENCE = 2;
/** Only a connection that stood this long counts as a success; a server that drops everybody at once is not hammered. */
const STEADY = 5_000;

export class Connection {
  state: LinkState = "connecting";
  /** When the next try is due (ms since epoch), for the screen. */
  nextTry: number | null = null;
  private n: number | null = null;
  private socket: Socket | null = null;
  private welcomed = false;
  private stopped = true;
  private attempt = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private loading = false;
  private run = 0;
  private liveSince: number | null = null;
  private readonly pulse: Pulse;

  constructor(private readonly plan: ConnectionPlan) {
    this.pulse = new Pulse(
      () => this.send({ t: "ping" }),
      () => this.fall(0),
    );
  }

  /** The last event number followed; null before the first snapshot. */
  get number(): number | null {
    return this.n;
  }

  start(): void {
    if (!this.stopped) return;
    this.stopped = false;
    void this.rise();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    this.run += 1;
    this.detach();
  }

  /** Hands a frame to the socket; false when there is none that listens. */
  send(frame: wire.ClientFrame): boolean {
    if (!this.socket || !this.welcomed) return false;
    return this.write(frame);
  }

  /** The world changed (network back, page visible): try now, or make sure the open socket is still alive. */
  nudge(): void {
    if (this.stopped) return;
    if (this.welcomed) this.pulse.probe();
    else if (this.nextTry !== null) {
      this.attempt = 0;
      clearTimeout(this.timer);
      void this.rise();
    }
  }

  /** The wanted rows changed (scope): everything anew. */
  restart(reason: string): void {
    void this.reload(reason);
  }

  private async rise(): Promise<void> {
    this.nextTry = null;
    if (this.n === null && !(await this.load("fresh"))) return;
    if (this.stopped || this.socket) return;
    const socket = this.plan.open();
    this.socket = socket;
    socket.onopen = () => this.greet();
    socket.onmessage = (event) => this.hear(event.data);
    socket.onclose = (event) => this.fall(event.code);
    socket.onerror = () => undefined;
    this.timer = setTimeout(() => this.fall(0), HANDSHAKE);
  }

  private greet(): void {
    this.write({ t: "hello", v: wire.PROTOCOL, from: this.n, ...this.plan.hello() });
  }

  private hear(data: unknown): void {
    this.pulse.heard();
    const frame = wire.readFrame(data);
    if (!frame) return;
    if (frame.t === "event") this.follow(frame);
    else if (frame.t === "ack") this.plan.onAck(frame);
    else if (frame.t === "live") this.plan.onLive(frame);
    else if (frame.t === "error") this.plan.onError(frame);
    else if (frame.t === "welcome") this.welcome(frame);
    else if (frame.t === "resync") void this.resync(frame.reason);
  }

  private welcome(frame: Extract<wire.ServerFrame, { t: "welcome" }>): void {
    clearTimeout(this.timer);
    this.welcomed = true;
    this.liveSince = Date.now();
    this.pulse.start(frame.heartbeat);
    this.become("live");
    this.plan.onReady(frame.limits ?? {});
  }

  /**
   * An event out of turn is still applied (records carry their number, so it can do no harm), but it ends the
   * sequence: something was missed, the snapshot has to fill it.
   */
  private follow(frame: wire.EventFrame): void {
    const known = this.n ?? -1;
    if (this.loading) return this.plan.onEvent(frame);
    if (frame.n <= known) return frame.ack ? this.plan.onEvent(frame) : undefined;
    this.plan.onEvent(frame);
    if (frame.prev === known) this.n = frame.n;
    else void this.reload("gap");
  }

  /** The server asks for it and holds its events back until told where to go on. */
  private async resync(reason: string): Promise<void> {
    const socket = this.socket;
    this.n = null;
    if (!(await this.load(reason))) return;
    if (this.socket === socket && this.n !== null) this.write({ t: "from", n: this.n });
  }

  /** We ask for it: a new socket, so that nothing of the old sequence is still on its way. */
  private async reload(reason: string): Promise<void> {
    this.n = null;
    this.detach();
    clearTimeout(this.timer);
    if (!this.stopped && (await this.load(reason))) await this.rise();
  }

  /** True when the snapshot is in and this run was not overtaken by a later one. */
  private async load(reason: string): Promise<boolean> {
    this.run += 1;
    const run = this.run;
    this.loading = true;
    try {
      const n = await this.plan.snapshot(reason);
      if (run !== this.run || this.stopped) return false;
      this.loading = false;
      this.n = n;
      return true;
    } catch (error) {
      if (run !== this.run || this.stopped) return false;
      this.loading = false;
      this.n = null;
      if (error instanceof SignedOut) this.leave("signed_out");
      else this.fall(0);
      return false;
    }
  }

  private fall(code: number): void {
    this.detach();
    clearTimeout(this.timer);
    if (this.stopped) return;
    if (code === wire.CLOSE_SIGNED_OUT) return this.leave("signed_out");
    if (code === wire.CLOSE_VERSION) return this.leave("outdated");
    if (this.liveSince !== null && Date.now() - this.liveSince > STEADY) this.attempt = 0;
    this.liveSince = null;
    const gentle = code === wire.CLOSE_TOO_FAST || code === wire.CLOSE_REPLACED || code === wire.CLOSE_ORIGIN;
    const wait = backoff(gentle ? Math.max(this.attempt, 4) : this.attempt, this.plan.random);
    this.attempt += 1;
    this.become(this.attempt > PATIENCE || this.state === "offline" ? "offline" : "connecting");
    this.nextTry = Date.now() + wait;
    this.timer = setTimeout(() => void this.rise(), wait);
  }

  /** There is no way back by trying: the session is over, or this page is too old for the server. */
  private leave(state: "signed_out" | "outdated"): void {
    this.stop();
    this.become(state);
  }

  private detach(): void {
    const socket = this.socket;
    this.socket = null;
    this.welcomed = false;
    this.pulse.stop();
    if (!socket) return;
    socket.onopen = null;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close();
  }

  private write(frame: wire.ClientFrame): boolean {
    try {
      this.socket?.send(JSON.stringify(frame));
      return true;
    } catch {
      return false;
    }
  }

  private become(state: LinkState): void {
    if (state === this.state) return;
    this.state = state;
    this.plan.onState(state);
  }
}
