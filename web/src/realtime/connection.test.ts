import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SignedOut } from "./connection";
import { event, Rig, settle } from "./fake-connection";
import { FakeSocket } from "./fake-socket";

let rig: Rig;

beforeEach(() => {
  vi.useFakeTimers();
  rig = new Rig();
});
afterEach(() => {
  rig.connection.stop();
  vi.useRealTimers();
});

describe("opening", () => {
  it("takes a snapshot, says hello from its number and is live", async () => {
    const socket = await rig.live();
    expect(rig.snapshots).toEqual(["fresh"]);
    expect(socket.of("hello")).toEqual([{ t: "hello", v: 1, from: 100, device: "d1", csrf: "c" }]);
    expect(rig.states).toEqual(["live"]);
    expect(rig.ready).toBe(1);
  });

  it("sends nothing of its own before the welcome", async () => {
    rig.connection.start();
    await settle();
    FakeSocket.last.open();
    expect(rig.connection.send({ t: "ping" })).toBe(false);
    FakeSocket.last.say({ t: "welcome", v: 1, n: 100, heartbeat: 25 });
    expect(rig.connection.send({ t: "ping" })).toBe(true);
  });

  it("tries again when the snapshot fails, and leaves when the session is over", async () => {
    rig.answer = () => Promise.reject(new Error("500"));
    rig.connection.start();
    await settle();
    expect(rig.states).toEqual([]);
    rig.answer = () => Promise.reject(new SignedOut());
    await vi.advanceTimersByTimeAsync(2_000);
    expect(rig.states).toEqual(["signed_out"]);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(rig.snapshots).toHaveLength(2);
  });

  it("gives up a socket that never welcomes", async () => {
    rig.connection.start();
    await settle();
    FakeSocket.last.open();
    await vi.advanceTimersByTimeAsync(11_000);
    expect(FakeSocket.all.length).toBeGreaterThan(1);
    expect(FakeSocket.all[0]?.closed).toBe(true);
  });
});

describe("following", () => {
  it("hands over events in order and drops repeated ones", async () => {
    const socket = await rig.live();
    socket.say(event(104, 100));
    socket.say(event(104, 100));
    socket.say(event(110, 104));
    expect(rig.events).toEqual([104, 110]);
    expect(rig.connection.number).toBe(110);
  });

  it("still hands over a repeated event that acknowledges a line", async () => {
    const socket = await rig.live();
    socket.say(event(104, 100));
    socket.say(event(104, 100, { ack: "d1-1" }));
    expect(rig.events).toEqual([104, 104]);
  });

  it("takes a new snapshot on a new socket when something was missed", async () => {
    const socket = await rig.live();
    rig.snapshotNumber = 130;
    socket.say(event(120, 117));
    expect(rig.events).toEqual([120]);
    await settle();
    expect(rig.snapshots).toEqual(["fresh", "gap"]);
    expect(socket.closed).toBe(true);
    FakeSocket.last.welcome(130);
    expect(FakeSocket.last.of("hello")[0]).toMatchObject({ from: 130 });
    FakeSocket.last.say(event(131, 130));
    expect(rig.events).toEqual([120, 131]);
    expect(rig.connection.number).toBe(131);
  });

  it("ignores frames it does not know and data that is no frame", async () => {
    const socket = await rig.live();
    socket.onmessage?.({ data: "{not json" });
    socket.onmessage?.({ data: new ArrayBuffer(4) });
    socket.say({ t: "future" } as never);
    socket.say(event(101, 100));
    expect(rig.events).toEqual([101]);
  });
});

describe("resync asked by the server", () => {
  it("loads the snapshot and goes on from it on the same socket", async () => {
    const socket = await rig.live();
    rig.snapshotNumber = 150;
    socket.say({ t: "resync", reason: "too_slow" });
    await settle();
    expect(socket.of("from")).toEqual([{ t: "from", n: 150 }]);
    socket.say(event(151, 150));
    expect(rig.connection.number).toBe(151);
    expect(FakeSocket.all).toHaveLength(1);
  });

  it("applies what arrives meanwhile without counting it", async () => {
    const socket = await rig.live();
    let finish: (n: number) => void = () => undefined;
    rig.answer = () => new Promise((resolve) => (finish = resolve));
    socket.say({ t: "resync", reason: "rights" });
    socket.say(event(140, 139));
    expect(rig.events).toEqual([140]);
    finish(141);
    await settle();
    expect(rig.connection.number).toBe(141);
    expect(rig.snapshots).toHaveLength(2);
  });

  it("survives the socket's end in the middle", async () => {
    const socket = await rig.live();
    let finish: (n: number) => void = () => undefined;
    rig.answer = () => new Promise((resolve) => (finish = resolve));
    socket.say({ t: "resync", reason: "too_old" });
    socket.drop();
    const first = finish;
    rig.answer = () => Promise.resolve(160);
    await vi.advanceTimersByTimeAsync(1_000);
    FakeSocket.last.welcome(160);
    expect(FakeSocket.last.of("hello")[0]).toMatchObject({ from: 160 });
    first(150);
    await settle();
    expect(rig.connection.number).toBe(160);
    expect(FakeSocket.last.of("from")).toEqual([]);
  });

  it("lets the later of two win", async () => {
    const socket = await rig.live();
    const finish: ((n: number) => void)[] = [];
    rig.answer = () => new Promise((resolve) => finish.push(resolve));
    socket.say({ t: "resync", reason: "rights" });
    socket.say({ t: "resync", reason: "rights" });
    finish[1]?.(171);
    await settle();
    finish[0]?.(170);
    await settle();
    expect(rig.connection.number).toBe(171);
    expect(socket.of("from")).toEqual([{ t: "from", n: 171 }]);
  });
});
