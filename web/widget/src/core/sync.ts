import { type Api, Refusal } from "./api";
import { claimDevice, type Device, forgetTab } from "./device";
import type { Keep } from "./keep";
import { Hopeless, Link, type LinkHooks } from "./link";
import { Outbox, ownMessage, sendFrame } from "./outbox";
import { keyOf, Thread } from "./thread";
import type { Customer, Draft, Frame, Limits, Line, Message, Snapshot } from "./types";

export interface SyncOptions {
  api: Api;
  keep: Keep;
  socketUrl: string;
  language: () => string;
  page: () => { url: string; title: string; product?: string };
  changed: () => void;
  /** A nudge (震屏) of the agent arrived live. */
  nudged?: () => void;
  open?: LinkHooks["open"];
  claim?: (keep: Keep) => Promise<Device>;
}

/** Whose talk this browser holds. The id tells a renewed token from another person's. */
export interface Who {
  token: string;
  id: string;
}

const TYPING_SHOWN_MS = 8000;
const RETRY_MS = 1000;

/**
 * Keeps the thread equal to the server's: snapshot, numbered events, outbox, one socket.
 *
 * Any doubt (a gap in the numbers, a refused resume) ends in the same path as opening the page:
 * a fresh snapshot, then events from its number. Knows nothing of the screen.
 */
export abstract class Sync {
  thread = new Thread();
  limits: Limits = {};
  customer: Customer | null = null;
  lines: Line[] = [];
  typing: string | null = null;
  queue: number | null = null;
  readonly link: Link;
  protected outbox: Outbox | null = null;
  protected device: Device | null = null;
  protected early: Draft[] = [];
  /** The last number this subscription received; null asks for a fresh snapshot. */
  private cursor: number | null = null;
  /** A second value the next `prev` may have: the number of welcome, when nothing was missed. */
  private base: number | null = null;
  private typingTimer = 0;
  private pauseTimer = 0;

  constructor(readonly options: SyncOptions) {
    this.api.token = this.keep.get<Who>("who")?.token ?? null;
    this.link = new Link({
      url: options.socketUrl,
      prepare: () => this.prepare(),
      hello: () => ({ device: this.device?.id, from: this.cursor, token: this.api.token }),
      frame: (frame) => this.take(frame),
      closed: (code) => this.closed(code),
      state: () => this.changed(),
      open: options.open,
    });
  }

  get api(): Api {
    return this.options.api;
  }

  get keep(): Keep {
    return this.options.keep;
  }

  /** A snapshot was taken; the talk may set its read mark from it. */
  protected abstract entered(snapshot: Snapshot): void;

  /** Hello was accepted. */
  protected abstract welcomed(): void;

  protected become(token: string | null): void {
    this.api.token = token;
    if (token) this.keep.set("who", { token, id: "" });
    else this.keep.drop("who");
    this.cursor = null;
    this.customer = null;
    this.queue = null;
    this.thread.clear();
    if (!token) this.lines = [];
    this.link.restart();
    this.changed();
  }

  private async prepare(): Promise<void> {
    await this.claim();
    if (this.cursor === null) await this.enter();
  }

  private async claim(): Promise<void> {
    if (!this.device) this.device = await (this.options.claim ?? claimDevice)(this.keep);
    if (this.outbox?.device === this.device.id) return;
    this.outbox = new Outbox(this.keep, this.device.id);
    for (const draft of this.early.splice(0)) this.outbox.add(draft, Date.now());
    this.changed();
  }

  /** Takes the snapshot. A token the server no longer knows is dropped once. */
  protected async enter(): Promise<void> {
    await this.claim();
    let snapshot: Snapshot;
    try {
      snapshot = await this.api.start(this.device?.id ?? "", this.options.page(), this.options.language());
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.status === 401 && this.api.token) {
        this.become(null);
        return this.enter();
      }
      if (error.status === 403 || error.status === 404) throw new Hopeless(error.code);
      if (error.status === 429) this.link.atLeast(5000);
      throw error;
    }
    this.accept(snapshot);
  }

  private accept(snapshot: Snapshot): void {
    this.api.token = snapshot.token;
    this.keep.set("who", { token: snapshot.token, id: snapshot.customer.id });
    this.customer = snapshot.customer;
    Object.assign(this.limits, snapshot.limits);
    this.thread.reset(snapshot);
    this.cursor = this.base = snapshot.n;
    this.queue = snapshot.conversation?.queue_place ?? null;
    this.entered(snapshot);
    for (const message of snapshot.messages) this.settle(message.client_id);
    this.changed();
  }

  private take(frame: Frame): void {
    switch (frame.t) {
      case "welcome":
        return this.welcome(frame);
      case "resync":
        return void this.resync();
      case "event":
        return this.event(frame);
      case "ack":
        return this.acked(frame);
      case "error":
        return this.failed(frame);
      case "live":
        return this.ephemeral(frame);
      case "bye":
        if (frame.after) this.link.atLeast(frame.after);
    }
  }

  private welcome(frame: Frame): void {
    Object.assign(this.limits, frame.limits);
    this.base = frame.n ?? this.cursor;
    this.link.live(frame.heartbeat);
    this.welcomed();
    this.flush();
  }

  /** The server cannot go on from our number: fetch the snapshot, stay on the socket. */
  private async resync(): Promise<void> {
    // What fell out of the server's buffer may have been an acknowledgement or a refusal: lines under way go again.
    this.cursor = null;
    try {
      await this.enter();
      this.link.send({ t: "from", n: this.cursor });
      this.outbox?.rest();
      this.flush();
    } catch {
      this.link.restart();
    }
  }

  private event(frame: Frame): void {
    const n = frame.n ?? 0;
    if (frame.ack) this.settle(frame.ack);
    if (this.cursor === null || n <= this.cursor) return this.changed();
    if (frame.prev !== this.cursor && frame.prev !== this.base) {
      this.cursor = null;
      return this.link.restart();
    }
    this.cursor = n;
    this.base = n;
    this.apply(frame, n);
    this.changed();
  }

  private apply({ put, gone, ack }: Frame, n: number): void {
    const talk = put?.talk ?? put?.conversation;
    if (talk) {
      const before = this.thread.conversation;
      this.thread.conversation = before?.id === talk.id ? { ...before, ...talk } : talk;
      if (talk.state === "ended" || talk.agent) this.queue = null;
    }
    if (put?.customer) this.customer = put.customer;
    if (put?.message) this.added(put.message, n, ack);
    for (const one of gone ?? []) {
      if (one.startsWith("message:")) this.thread.gone(one.slice(8));
    }
  }

  private added(message: Message, n: number, ack?: string): void {
    const fresh = !this.thread.has(keyOf(message));
    this.thread.put(message, n);
    if (!this.thread.conversation) this.thread.conversation = { id: message.conversation, state: "open" };
    if (!ack) this.settle(message.client_id);
    if (message.sender !== "agent") return;
    this.typing = null;
    this.queue = null;
    if (fresh && message.kind === "nudge") this.options.nudged?.();
  }

  /** A repeated line was already stored: show it where it is, until its record comes. */
  private acked(frame: Frame): void {
    const line = this.settle(frame.id);
    const { conversation, seq, at } = frame;
    if (line && conversation && seq !== undefined) this.thread.put(ownMessage(line, { conversation, seq, at }), 0);
    this.changed();
  }

  private settle(id: string | null | undefined): Line | undefined {
    return id ? this.outbox?.settle(id) : undefined;
  }

  private failed(frame: Frame): void {
    if (!frame.id || !this.outbox) return;
    if (!frame.retry) this.outbox.fail(frame.id, frame.code ?? "", frame.message);
    else {
      this.outbox.rest(frame.id);
      clearTimeout(this.pauseTimer);
      this.pauseTimer = setTimeout(() => {
        this.pauseTimer = 0;
        this.flush();
      }, frame.after ?? RETRY_MS) as unknown as number;
    }
    this.changed();
  }

  private ephemeral(frame: Frame): void {
    if (frame.kind === "queue") this.queue = frame.place ?? null;
    if (frame.kind === "typing" && frame.who === "agent") {
      this.typing = frame.on ? (frame.name ?? "") : null;
      clearTimeout(this.typingTimer);
      if (frame.on) {
        this.typingTimer = setTimeout(() => {
          this.typing = null;
          this.changed();
        }, TYPING_SHOWN_MS) as unknown as number;
      }
    }
    this.changed();
  }

  /** Sends what waits, in order, unless the server asked for a pause. */
  protected flush(): void {
    if (this.outbox && this.link.state === "live" && this.cursor !== null && !this.pauseTimer) {
      for (const line of this.outbox.waiting()) {
        if (!this.link.send(sendFrame(line))) break;
        line.state = "sent";
      }
    }
    this.changed();
  }

  private closed(code: number): boolean {
    this.typing = null;
    clearTimeout(this.pauseTimer);
    this.pauseTimer = 0;
    const poison = this.outbox?.inFlight();
    if ((code === 4400 || code === 4413) && poison) this.outbox?.fail(poison.id, code === 4413 ? "chat.too_long" : "");
    this.outbox?.rest();
    if (code === 4401) this.become(null);
    if (code === 4409) this.giveUpDevice();
    if (code === 4429) this.link.atLeast(5000);
    this.changed();
    return code === 4403 || code === 4426;
  }

  /** Another tab holds this device (possible without Web Locks only): it also holds the outbox. */
  private giveUpDevice(): void {
    this.device?.release();
    this.device = null;
    this.outbox = null;
    forgetTab(this.keep);
  }

  protected changed(): void {
    this.lines = this.outbox?.lines ?? [];
    this.options.changed();
  }
}
