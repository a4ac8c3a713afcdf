/**
 * The page's live session: tables, outbox and connection put together. Knows no rooms: what a snapshot holds and what a
 * live signal means is told by whoever opens it.
 */
import { claimsOf } from "./claims";
import { Connection, type LinkState, type Socket } from "./connection";
import { Delivery } from "./delivery";
import { openOutbox } from "./device";
import type { ClientFrame, EventFrame, LiveFrame, Stored } from "./frames";
import type { Draft, Line, Outbox } from "./outbox";
import { Tables } from "./tables";

export interface LivePlan {
  /** Whose outbox this is. */
  person: string;
  csrf(): string;
  scope(): string[];
  snapshot(scope: string[]): Promise<{ n: number; tables: Record<string, Stored[]> }>;
  open?(): Socket;
}

type Listeners = {
  event: (frame: EventFrame) => void;
  live: (frame: LiveFrame) => void;
  state: (state: LinkState) => void;
  /** The socket takes frames again (after each welcome). */
  ready: () => void;
  /** A snapshot was loaded: what is held outside its tables may be behind. */
  loaded: (reason: string) => void;
};

export class LiveSession {
  readonly tables = new Tables();
  readonly connection: Connection;
  limits: Record<string, number> = {};
  private readonly delivery: Delivery;
  private readonly hub = new Map<keyof Listeners, Set<(value: never) => void>>();
  private readonly undo: (() => void)[] = [];

  constructor(
    readonly outbox: Outbox,
    private readonly plan: LivePlan,
  ) {
    this.delivery = new Delivery(outbox, (frame) => this.connection.send(frame));
    this.connection = new Connection({
      open: plan.open ?? (() => new WebSocket(socketUrl("/ws/desk")) as unknown as Socket),
      hello: () => ({ device: outbox.device, csrf: plan.csrf(), scope: plan.scope() }),
      snapshot: (reason) => this.load(reason),
      onEvent: (frame) => this.take(frame),
      onAck: (frame) => void this.delivery.acknowledged(frame.id),
      onError: (frame) => this.delivery.refused(frame),
      onLive: (frame) => this.tell("live", frame),
      onState: (state) => this.moved(state),
      onReady: (limits) => this.ready(limits),
    });
  }

  start(): void {
    this.connection.start();
    this.undo.push(...watchWorld(this.connection));
  }

  stop(): void {
    for (const undo of this.undo.splice(0)) undo();
    this.delivery.lost();
    this.connection.stop();
  }

  /** Hands a line over: it is kept at once and sent as soon as the socket takes it. */
  post(draft: Draft, preview?: unknown): Line {
    const line = this.outbox.add(draft, preview);
    this.delivery.push();
    return line;
  }

  again(id: string): void {
    this.outbox.again(id);
    this.delivery.push();
  }

  /** A fleeting frame (typing, read, watch): sent when possible, else dropped; who needs it again listens to `ready`. */
  signal(frame: ClientFrame): boolean {
    return this.connection.send(frame);
  }

  on<K extends keyof Listeners>(name: K, listener: Listeners[K]): () => void {
    const set = this.hub.get(name) ?? new Set();
    this.hub.set(name, set.add(listener as (value: never) => void));
    return () => set.delete(listener as (value: never) => void);
  }

  private async load(reason: string): Promise<number> {
    const { n, tables } = await this.plan.snapshot(this.plan.scope());
    this.tables.load(n, tables);
    this.tell("loaded", reason);
    return n;
  }

  /** Records first, then the line leaves the outbox: on the screen the pending line becomes the stored one in one step. */
  private take(frame: EventFrame): void {
    this.tables.apply(frame.n, frame.put, frame.gone);
    if (frame.ack) this.delivery.acknowledged(frame.ack);
    this.tell("event", frame);
  }

  private moved(state: LinkState): void {
    if (state !== "live") this.delivery.lost();
    this.tell("state", state);
  }

  private ready(limits: Record<string, number>): void {
    this.limits = limits;
    this.tell("ready", undefined);
    this.delivery.lost();
    this.delivery.ready();
  }

  private tell<K extends keyof Listeners>(name: K, value: Parameters<Listeners[K]>[0]): void {
    for (const listener of [...(this.hub.get(name) ?? [])]) (listener as (v: typeof value) => void)(value);
  }
}

/** Opens the outbox of this tab (which may adopt what closed tabs left) and the session around it. */
export async function openLive(plan: LivePlan): Promise<LiveSession> {
  const claims = claimsOf(navigator.locks, localStorage);
  const outbox = await openOutbox({ local: localStorage, session: sessionStorage, claims }, plan.person);
  return new LiveSession(outbox, plan);
}

export function socketUrl(path: string, base: string = location.href): string {
  const url = new URL(path, base);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}

/** The world's own hints that the network may be back or gone. */
function watchWorld(connection: Connection): (() => void)[] {
  const nudge = () => connection.nudge();
  const seen = () => document.visibilityState === "visible" && nudge();
  const pairs: [EventTarget, string, () => void][] = [
    [window, "online", nudge],
    [window, "offline", nudge],
    [window, "pageshow", nudge],
    [document, "visibilitychange", seen],
  ];
  for (const [target, name, listener] of pairs) target.addEventListener(name, listener);
  return pairs.map(
    ([target, name, listener]) =>
      () =>
        target.removeEventListener(name, listener),
  );
}
