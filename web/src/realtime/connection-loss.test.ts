import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { backoff } from "./backoff";
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

describe("losing the connection", () => {
  it("goes on from the last number without a snapshot", async () => {
    const socket = await rig.live();
    socket.say(event(105, 100));
    socket.drop();
    expect(rig.states.at(-1)).toBe("connecting");
    await vi.advanceTimersByTimeAsync(1_000);
    FakeSocket.last.welcome(105);
    expect(FakeSocket.last.of("hello")[0]).toMatchObject({ from: 105 });
    expect(rig.snapshots).toEqual(["fresh"]);
    expect(rig.states.at(-1)).toBe("live");
    expect(rig.ready).toBe(2);
  });

  it("waits longer and longer, and says offline after some failures, until live", async () => {
    const socket = await rig.live();
    socket.drop();
    for (let i = 0; i < 4; i += 1) {
      await vi.advanceTimersByTimeAsync(backoff(i, () => 0.5) + 1);
      FakeSocket.last.drop();
    }
    expect(rig.states.at(-1)).toBe("offline");
    expect(rig.connection.nextTry).toBeGreaterThan(Date.now());
    const before = FakeSocket.all.length;
    await vi.advanceTimersByTimeAsync(500);
    expect(FakeSocket.all).toHaveLength(before);
    rig.connection.nudge();
    await settle();
    expect(FakeSocket.all).toHaveLength(before + 1);
    FakeSocket.last.welcome(100);
    expect(rig.states.at(-1)).toBe("live");
  });

  it("does not hammer a server that lets everybody go at once", async () => {
    await rig.live();
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
    const socket = await rig.live();
    await vi.advanceTimersByTimeAsync(25_000);
    expect(socket.of("ping")).toHaveLength(1);
    socket.say({ t: "pong" });
    await vi.advanceTimersByTimeAsync(34_000);
    expect(socket.closed).toBe(false);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(socket.closed).toBe(true);
    expect(rig.states.at(-1)).toBe("connecting");
  });

  it("asks an open socket for a sign of life when the page wakes up", async () => {
    const socket = await rig.live();
    rig.connection.nudge();
    expect(socket.of("ping")).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(4_500);
    expect(socket.closed).toBe(true);
  });

  it("hears nothing more of a socket it has left", async () => {
    const old = await rig.live();
    old.drop();
    await vi.advanceTimersByTimeAsync(1_000);
    FakeSocket.last.welcome(100);
    old.onmessage?.({ data: JSON.stringify(event(101, 100)) });
    expect(rig.events).toEqual([]);
  });
});

describe("close codes", () => {
  it("4401 ends it", async () => {
    (await rig.live()).drop(4401);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(rig.states.at(-1)).toBe("signed_out");
    expect(FakeSocket.all).toHaveLength(1);
  });

  it("4426 says that the page is too old", async () => {
    (await rig.live()).drop(4426);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(rig.states.at(-1)).toBe("outdated");
  });

  it.each([4429, 4409, 4403])("%i waits longer", async (code) => {
    (await rig.live()).drop(code);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(FakeSocket.all).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(8_000);
    expect(FakeSocket.all).toHaveLength(2);
  });

  it("4503 comes back quickly", async () => {
    (await rig.live()).drop(4503);
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
  const socket = await rig.live();
  rig.connection.stop();
  expect(socket.closed).toBe(true);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(FakeSocket.all).toHaveLength(1);
});
