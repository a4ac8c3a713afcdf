/** A connection under test: fake sockets, a snapshot on demand, and a note of what it told. */
import { vi } from "vitest";
import { Connection, type LinkState } from "./connection";
import { FakeSocket } from "./fake-socket";
import type { EventFrame } from "./frames";

export class Rig {
  snapshots: string[] = [];
  snapshotNumber = 100;
  answer: (() => Promise<number>) | null = null;
  events: number[] = [];
  states: LinkState[] = [];
  ready = 0;

  readonly connection = new Connection({
    open: () => new FakeSocket(),
    hello: () => ({ device: "d1", csrf: "c" }),
    snapshot: (reason) => {
      this.snapshots.push(reason);
      return this.answer ? this.answer() : Promise.resolve(this.snapshotNumber);
    },
    onEvent: (frame) => this.events.push(frame.n),
    onAck: vi.fn(),
    onError: vi.fn(),
    onLive: vi.fn(),
    onState: (state) => this.states.push(state),
    onReady: () => {
      this.ready += 1;
    },
    random: () => 0.5,
  });

  constructor() {
    FakeSocket.all = [];
  }

  /** Opened and welcomed at number 100. */
  async live(): Promise<FakeSocket> {
    this.connection.start();
    await settle();
    FakeSocket.last.welcome(100);
    return FakeSocket.last;
  }
}

export const settle = () => vi.advanceTimersByTimeAsync(0);

export const event = (n: number, prev: number, more: Partial<EventFrame> = {}): EventFrame => ({
  t: "event",
  n,
  prev,
  at: 0,
  kind: "x",
  ...more,
});
