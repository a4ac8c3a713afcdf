import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { aMessage, aTalk, FakeServer, FakeSocket, FakeStorage, goLive } from "./fakes";

let server: FakeServer;

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.all = [];
  server = new FakeServer();
});
afterEach(() => vi.useRealTimers());

const own = (seq: number, id: string) => aMessage(seq, { sender: "customer", client_id: id });

describe("who the visitor is", () => {
  it("identity brings a new token and a fresh thread", async () => {
    const { talk } = aTalk(server);
    server.messages = [aMessage(1)];
    talk.begin();
    await goLive(server);
    await talk.identify("signed");
    await vi.advanceTimersByTimeAsync(1000);
    const socket = await goLive(server);
    expect(socket.of("hello")[0]?.token).toBe("t2");
    expect(talk.customer?.id).toBe("u_1");
  });

  it("forget clears thread, outbox and read mark and takes the fresh token", async () => {
    const area = new FakeStorage();
    const { talk } = aTalk(server, area);
    server.messages = [aMessage(1)];
    talk.begin();
    await goLive(server);
    talk.read();
    talk.say({ kind: "text", text: "别发" });
    await talk.forget();
    expect(talk.thread.list).toEqual([]);
    expect(talk.lines).toEqual([]);
    expect(area.getItem("zg:out:d1")).toBeNull();
    expect(area.getItem("zg:read")).toBeNull();
    expect(talk.api.token).toBe("t9");
  });

  it("another tab of the same person follows without starting over", async () => {
    const area = new FakeStorage();
    const { talk } = aTalk(server, area);
    talk.begin();
    await goLive(server);
    area.setItem("zg:who", JSON.stringify({ token: "renewed", id: "v_1" }));
    talk.follow();
    expect(talk.api.token).toBe("renewed");
    expect(FakeSocket.all).toHaveLength(1);
    area.removeItem("zg:who");
    talk.follow();
    expect(talk.link.state).toBe("off");
    expect(talk.api.token).toBeNull();
  });

  it("counts unread lines of the shop and marks them read in every tab", async () => {
    const area = new FakeStorage();
    const { talk } = aTalk(server, area);
    server.messages = [aMessage(1), own(2, "x"), aMessage(3, { sender: "auto" })];
    talk.begin();
    const socket = await goLive(server);
    expect(talk.unread).toBe(2);
    talk.read();
    expect(talk.unread).toBe(0);
    expect(socket.of("read")).toMatchObject([{ conversation: "c_1", seq: 3 }]);
    const other = aTalk(server, area, "d2").talk;
    expect(other.mark).toEqual({ conversation: "c_1", before: 3 });
  });
});
