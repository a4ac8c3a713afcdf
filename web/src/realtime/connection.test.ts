import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { backoff } from "./backoff";
import { Connection, type ConnectionPlan, type LinkState, SignedOut } from "./connection";
import { FakeSocket } from "./fake-socket";
import type { EventFrame } from "./frames";

let snapshots: string[];
let snapshotNumber: number;
let answer: (() => Promise<number>) | null;
let events: number[];
let states: LinkState[];
let ready: number;
let connection: Connection;

const event = (n: number, prev: number, more: Partial<EventFrame> = {}): EventFrame => ({
  t: "event",
  n,
  prev,
  at: 0,
  kind: "x",
  ...more,
});

const plan = (): ConnectionPlan => ({
  open: () => new FakeSocket(),
  hello: () => ({ device: "d1", csrf: "c" }),
  snapshot: (reason) => {
    snapshots.push(reason);
    return answer ? answer() : Promise.resolve(snapshotNumber);
  },
  onEvent: (frame) => events.push(frame.n),
  onAck: vi.fn(),
  onError: vi.fn(),
  onLive: vi.fn(),
  onState: (state) => states.push(state),
  onReady: () => {
    ready += 1;
  },
  random: () => 0.5,
});

const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.all = [];
  snapshots = [];
  snapshotNumber = 100;
  answer = null;
  events = [];
  states = [];
  ready = 0;
  connection = new Connection(plan());
});
afterEach(() => {
  connection.stop();
  vi.useRealTimers();
});

async function live(): Promise<FakeSocket> {
  connection.start();
  await settle();
  FakeSocket.last.welcome(100);
  return FakeSocket.last;
}

describe("opening", () => {
  it("takes a snapshot, says hello from its number and is live", async () => {
    const socket = await live();
    expect(snapshots).toEqual(["fresh"]);
    expect(socket.of("hello")).toEqual([{ t: "hello", v: 1, from: 100, device: "d1", csrf: "c" }]);
    expect(states).toEqual(["live"]);
    expect(ready).toBe(1);
  });

  it("sends nothing of its own before the welcome", async () => {
    connection.start();
    await settle();
    FakeSocket.last.open();
    expect(connection.send({ t: "ping" })).toBe(false);
    FakeSocket.last.say({ t: "welcome", v: 1, n: 100, heartbeat: 25 });
    expect(connection.send({ t: "ping" })).toBe(true);
  });

  it("tries again when the snapshot fails, and leaves when the session is over", async () => {
    answer = () => Promise.reject(new Error("500"));
    connection.start();
    await settle();
    expect(states).toEqual([]);
    answer = () => Promise.reject(new SignedOut());
    await vi.advanceTimersByTimeAsync(2_000);
    expect(states).toEqual(["signed_out"]);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(snapshots).toHaveLength(2);
  });

  it("gives up a socket that never welcomes", async () => {
    connection.start();
    await settle();
    FakeSocket.last.open();
    await vi.advanceTimersByTimeAsync(11_000);
    expect(FakeSocket.all.length).toBeGreaterThan(1);
    expect(FakeSocket.all[0]?.closed).toBe(true);
  });
});

describe("following", () => {
  it("hands over events in order and drops repeated ones", async () => {
    const socket = await live();
    socket.say(event(104, 100));
    socket.say(event(104, 100));
    socket.say(event(110, 104));
    expect(events).toEqual([104, 110]);
    expect(connection.number).toBe(110);
  });

  it("still hands over a repeated event that acknowledges a line", async () => {
    const socket = await live();
    socket.say(event(104, 100));
    socket.say(event(104, 100, { ack: "d1-1" }));
    expect(events).toEqual([104, 104]);
  });

  it("takes a new snapshot on a new socket when something was missed", async () => {
    const socket = await live();
    snapshotNumber = 130;
    socket.say(event(120, 117));
    expect(events).toEqual([120]);
    await settle();
    expect(snapshots).toEqual(["fresh", "gap"]);
    expect(socket.closed).toBe(true);
    FakeSocket.last.welcome(130);
    expect(FakeSocket.last.of("hello")[0]).toMatchObject({ from: 130 });
    FakeSocket.last.say(event(131, 130));
    expect(events).toEqual([120, 131]);
    expect(connection.number).toBe(131);
  });

  it("ignores frames it does not know and data that is no frame", async () => {
    const socket = await live();
    socket.onmessage?.({ data: "{not json" });
    socket.onmessage?.({ data: new ArrayBuffer(4) });
    socket.say({ t: "future" } as never);
    socket.say(event(101, 100));
    expect(events).toEqual([101]);
  });
});

describe("resync asked by the server", () => {
  it("loads the snapshot and goes on from it on the same socket", async () => {
    const socket = await live();
    snapshotNumber = 150;
    socket.say({ t: "resync", reason: "too_slow" });
    await settle();
    expect(socket.of("from")).toEqual([{ t: "from", n: 150 }]);
    socket.say(event(151, 150));
    expect(connection.number).toBe(151);
    expect(FakeSocket.all).toHaveLength(1);
  });

  it("applies what arrives meanwhile without counting it", async () => {
    const socket = await live();
    let finish: (n: number) => void = () => undefined;
    answer = () => new Promise((resolve) => (finish = resolve));
    socket.say({ t: "resync", reason: "rights" });
    socket.say(event(140, 139));
    expect(events).toEqual([140]);
    finish(141);
    await settle();
    expect(connection.number).toBe(141);
    expect(snapshots).toHaveLength(2);
  });

  it("survives the socket's end in the middle", async () => {
    const socket = await live();
    let finish: (n: number) => void = () => undefined;
    answer = () => new Promise((resolve) => (finish = resolve));
    socket.say({ t: "resync", reason: "too_old" });
    socket.drop();
    const first = finish;
    answer = () => Promise.resolve(160);
    await vi.advanceTimersByTimeAsync(1_000);
    FakeSocket.last.welcome(160);
    expect(FakeSocket.last.of("hello")[0]).toMatchObject({ from: 160 });
    first(150);
    await settle();
    expect(connection.number).toBe(160);
    expect(FakeSocket.last.of("from")).toEqual([]);
  });

  it("lets the later of two win", async () => {
    const socket = await live();
    const finish: ((n: number) => void)[] = [];
    answer = () => new Promise((resolve) => finish.push(resolve));
    socket.say({ t: "resync", reason: "rights" });
    socket.say({ t: "resync", reason: "rights" });
    finish[1]?.(171);
    await settle();
    finish[0]?.(170);
    await settle();
    expect(connection.number).toBe(171);
    expect(socket.of("from")).toEqual([{ t: "from", n: 171 }]);
  });
});

describe("losing the connection", () => {
  it("goes on from the last number without a snapshot", async () => {
    const socket = await live();
    socket.say(event(105, 100));
    socket.drop();
    expect(states.at(-1)).toBe("connecting");
    await vi.advanceTimersByTimeAsync(1_000);
    FakeSocket.last.welcome(105);
    expect(FakeSocket.last.of("hello")[0]).toMatchObject({ from: 105 });
    expect(snapshots).toEqual(["fresh"]);
    expect(states.at(-1)).toBe("live");
    expect(ready).toBe(2);
  });

  it("waits longer and longer, and says offline after some failures, until live", async () => {
    const socket = await live();
    socket.drop();
    for (let i = 0; i < 4; i += 1) {
      await vi.advanceTimersByTimeAsync(backoff(i, () => 0.5) + 1);
      FakeSocket.last.drop();
    }
    expect(states.at(-1)).toBe("offline");
    expect(connection.nextTry).toBeGreaterThan(Date.now());
    const before = FakeSocket.all.length;
    await vi.advanceTimersByTimeAsync(500);
    expect(FakeSocket.all).toHaveLength(before);
    connection.nudge();
    await settle();
    expect(FakeSocket.all).toHaveLength(before + 1);
    FakeSocket.last.welcome(100);
    expect(states.at(-1)).toBe("live");
  });

  it("does not hammer a server that lets everybody go at once", async () => {
    await live();
    FakeSocket.last.drop();
    for (let i = 0; i < 6; i += 1) {
      await vi.advanceTimersByTimeAsync(40_000);
      FakeSocket.last.welcome(100);
      FakeSocket.last.drop();
    }
    const count = FakeSocket.all.length;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(FakeSocket.all).toHaveLength(count);
  });

  it("notices a socket that starves without closing", async () => {
    const socket = await live();
    await vi.advanceTimersByTimeAsync(25_000);
    expect(socket.of("ping")).toHaveLength(1);
    socket.say({ t: "pong" });
    await vi.advanceTimersByTimeAsync(34_000);
    expect(socket.closed).toBe(false);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(socket.closed).toBe(true);
    expect(states.at(-1)).toBe("connecting");
  });

  it("asks an open socket for a sign of life when the page wakes up", async () => {
    const socket = await live();
    connection.nudge();
    expect(socket.of("ping")).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(4_500);
    expect(socket.closed).toBe(true);
  });

  it("hears nothing more of a socket it has left", async () => {
    const old = await live();
    old.drop();
    await vi.advanceTimersByTimeAsync(1_000);
    FakeSocket.last.welcome(100);
    old.onmessage?.({ data: JSON.stringify(event(101, 100)) });
    expect(events).toEqual([]);
  });
});

describe("close codes", () => {
  it("4401 ends it", async () => {
    (await live()).drop(4401);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(states.at(-1)).toBe("signed_out");
    expect(FakeSocket.all).toHaveLength(1);
  });

  it("4426 says that the page is too old", async () => {
    (await live()).drop(4426);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(states.at(-1)).toBe("outdated");
  });

  it.each([4429, 4409, 4403])("%i waits longer", async (code) => {
    (await live()).drop(code);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(FakeSocket.all).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(8_000);
    expect(FakeSocket.all).toHaveLength(2);
  });

  it("4503 comes back quickly", async () => {
    (await live()).drop(4503);
    await vi.advanceTimersByTimeAsync(600);
    expect(FakeSocket.all).toHaveLength(2);
  });
});

it("backs off between half and all of a doubling time, thirty seconds at most", () => {
  expect(backoff(0, () => 0)).toBe(250);
  expect(backoff(0, () => 1)).toBe(500);
  expect(backoff(3, () => 1)).toBe(4_000);
  expect(backoff(50, () => 1)).toBe(30_000);
});

it("stops for good", async () => {
  const socket = await live();
  connection.stop();
  expect(socket.closed).toBe(true);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(FakeSocket.all).toHaveLength(1);
});
