import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { aTalk, FakeServer, FakeSocket, goLive, lastSocket } from "./fakes";

let server: FakeServer;

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.all = [];
  server = new FakeServer();
});
afterEach(() => vi.useRealTimers());

describe("a socket that starves", () => {
  it("is dropped when a ping hears nothing", async () => {
    const { talk } = aTalk(server);
    talk.begin();
    await goLive(server);
    await vi.advanceTimersByTimeAsync(25_000);
    expect(lastSocket().of("ping")).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(11_000);
    expect(FakeSocket.all).toHaveLength(2);
  });

  it("stays when something comes back", async () => {
    const { talk } = aTalk(server);
    talk.begin();
    const socket = await goLive(server);
    for (let i = 0; i < 4; i++) {
      await vi.advanceTimersByTimeAsync(25_000);
      socket.hear({ t: "pong" });
    }
    expect(FakeSocket.all).toHaveLength(1);
    expect(talk.link.state).toBe("live");
  });

  it("waits longer each time, never over half a minute", async () => {
    server.offline = true;
    const { talk } = aTalk(server);
    talk.begin();
    await vi.advanceTimersByTimeAsync(60_000);
    const early = server.starts.mock.calls.length;
    expect(early).toBeGreaterThan(4);
    expect(early).toBeLessThan(12);
    await vi.advanceTimersByTimeAsync(300_000);
    expect(server.starts.mock.calls.length - early).toBeLessThan(21);
    expect(server.starts.mock.calls.length - early).toBeGreaterThan(8);
  });
});
