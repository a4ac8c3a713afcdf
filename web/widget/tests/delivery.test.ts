import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { aMessage, aTalk, FakeServer, FakeSocket, FakeStorage, goLive, ids, lastSocket, settle } from "./fakes";

let server: FakeServer;

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.all = [];
  server = new FakeServer();
});
afterEach(() => vi.useRealTimers());

const own = (seq: number, id: string) => aMessage(seq, { sender: "customer", client_id: id });

describe("a line is neither lost nor doubled", () => {
  it("goes out once the talk is live and leaves the outbox when it is acknowledged", async () => {
    const { talk } = aTalk(server);
    talk.say({ kind: "text", text: "在吗" });
    const socket = await goLive(server);
    expect(socket.of("hello")[0]).toMatchObject({ v: 1, device: "d1", from: 100, token: "t1" });
    expect(socket.of("send")).toMatchObject([{ id: "d1-1", seq: 1, kind: "text", text: "在吗" }]);
    socket.hear({ t: "event", n: 101, prev: 100, put: { message: own(1, "d1-1") }, ack: "d1-1" });
    expect(talk.lines).toEqual([]);
    expect(talk.thread.list.map((one) => one.client_id)).toEqual(["d1-1"]);
  });

  it("is sent again with the same id when the socket drops before the answer", async () => {
    const { talk } = aTalk(server);
    talk.say({ kind: "text", text: "一" });
    (await goLive(server)).drop();
    await vi.advanceTimersByTimeAsync(1000);
    const socket = await goLive(server);
    expect(socket.of("send").map((one) => one.id)).toEqual(["d1-1"]);
    socket.hear({ t: "ack", id: "d1-1", conversation: "c_1", seq: 1, at: 5, n: 101 });
    expect(talk.lines).toEqual([]);
    expect(talk.thread.list).toMatchObject([{ seq: 1, text: "一", sender: "customer" }]);
    socket.hear({ t: "event", n: 101, prev: 100, put: { message: own(1, "d1-1") } });
    expect(talk.thread.list).toHaveLength(1);
    expect(talk.thread.list[0]?.text).toBe("第 1 句");
  });

  it.each(["before the snapshot", "before hello", "after hello", "after the line"])(
    "survives a drop %s",
    async (step) => {
      const { talk } = aTalk(server);
      server.offline = step === "before the snapshot";
      talk.say({ kind: "text", text: "一" });
      await settle();
      server.offline = false;
      if (step === "before hello") lastSocket().drop();
      if (step === "after hello") {
        lastSocket().open();
        lastSocket().drop();
      }
      if (step === "after the line") (await goLive(server)).drop();
      await vi.advanceTimersByTimeAsync(2000);
      const socket = await goLive(server);
      expect(socket.of("send").map((one) => one.id)).toEqual(["d1-1"]);
      expect(talk.link.state).toBe("live");
    },
  );

  it("comes back after a reload, in order, and the numbers go on", async () => {
    const area = new FakeStorage();
    const first = aTalk(server, area).talk;
    server.offline = true;
    first.say({ kind: "text", text: "一" });
    await settle();
    first.say({ kind: "text", text: "二" });
    first.sleep();
    server.offline = false;
    const { talk } = aTalk(server, area);
    talk.begin();
    const socket = await goLive(server);
    talk.say({ kind: "text", text: "三" });
    expect(socket.of("send").map((one) => [one.id, one.text])).toEqual([
      ["d1-1", "一"],
      ["d1-2", "二"],
      ["d1-3", "三"],
    ]);
  });

  it("leaves the outbox when a snapshot or another subscription already shows it", async () => {
    const area = new FakeStorage();
    const first = aTalk(server, area).talk;
    first.say({ kind: "text", text: "一" });
    (await goLive(server)).drop();
    first.sleep();
    server.messages = [own(1, "d1-1")];
    server.n = 101;
    const { talk } = aTalk(server, area);
    talk.begin();
    const socket = await goLive(server);
    expect(socket.of("send")).toEqual([]);
    expect(talk.lines).toEqual([]);
  });
});

describe("what the server answers", () => {
  it("retry:true keeps the line and everything after it, and sends them after the pause", async () => {
    const { talk } = aTalk(server);
    talk.begin();
    const socket = await goLive(server);
    for (const text of ["一", "二", "三"]) talk.say({ kind: "text", text });
    socket.hear({ t: "event", n: 101, prev: 100, put: { message: own(1, "d1-1") }, ack: "d1-1" });
    socket.hear({ t: "error", code: "chat.too_fast", id: "d1-2", retry: true, after: 3000 });
    socket.hear({ t: "error", code: "chat.out_of_order", id: "d1-3", retry: true, after: 3000 });
    expect(ids(talk.lines)).toEqual(["d1-2", "d1-3"]);
    await vi.advanceTimersByTimeAsync(2900);
    expect(socket.of("send")).toHaveLength(3);
    await vi.advanceTimersByTimeAsync(200);
    expect(socket.of("send").map((one) => one.id)).toEqual(["d1-1", "d1-2", "d1-3", "d1-2", "d1-3"]);
  });

  it("retry:false shows the line as failed; trying again spends a new number", async () => {
    const { talk } = aTalk(server);
    talk.begin();
    const socket = await goLive(server);
    talk.say({ kind: "text", text: "长" });
    socket.hear({ t: "error", code: "chat.too_long", id: "d1-1", retry: false });
    expect(talk.lines).toMatchObject([{ id: "d1-1", state: "failed", code: "chat.too_long" }]);
    talk.again("d1-1");
    expect(socket.of("send").map((one) => one.id)).toEqual(["d1-1", "d1-2"]);
    expect(ids(talk.lines)).toEqual(["d1-2"]);
  });

  it("a line that breaks the socket does not break it forever", async () => {
    const { talk } = aTalk(server);
    talk.begin();
    const socket = await goLive(server);
    talk.say({ kind: "text", text: "毒" });
    socket.drop(4413);
    expect(talk.lines).toMatchObject([{ state: "failed" }]);
  });

  it("4401 forgets the token and starts as a stranger", async () => {
    const { talk } = aTalk(server);
    talk.begin();
    (await goLive(server)).drop(4401);
    await vi.advanceTimersByTimeAsync(2000);
    expect(server.starts.mock.calls).toEqual([[null], [null]]);
  });

  it("an unknown token is dropped once and the start repeated", async () => {
    const area = new FakeStorage();
    area.setItem("zg:who", JSON.stringify({ token: "old", id: "v_0" }));
    server.status = 401;
    const { talk } = aTalk(server, area);
    talk.begin();
    await vi.advanceTimersByTimeAsync(1000);
    expect(server.starts.mock.calls).toEqual([["old"], [null]]);
    expect(talk.api.token).toBe("t1");
  });

  it("a page that is not allowed stops asking", async () => {
    server.status = 403;
    const { talk } = aTalk(server);
    talk.begin();
    await vi.advanceTimersByTimeAsync(120_000);
    expect(talk.link.state).toBe("refused");
    expect(server.starts).toHaveBeenCalledTimes(1);
  });
});

describe("the thread equals the server's", () => {
  it("ignores a duplicate frame and an older record", async () => {
    const { talk, nudged } = aTalk(server);
    talk.begin();
    const socket = await goLive(server);
    const frame = { t: "event", n: 105, prev: 100, put: { message: aMessage(1, { kind: "nudge" }) } };
    socket.hear(frame);
    socket.hear(frame);
    socket.hear({ t: "event", n: 103, prev: 100, put: { message: aMessage(1, { text: "旧" }) } });
    expect(talk.thread.list).toHaveLength(1);
    expect(talk.thread.list[0]?.text).toBe("第 1 句");
    expect(nudged).toHaveBeenCalledTimes(1);
    expect(FakeSocket.all).toHaveLength(1);
  });

  it("a gap in the numbers fetches a fresh snapshot", async () => {
    const { talk } = aTalk(server);
    talk.begin();
    const socket = await goLive(server);
    socket.hear({ t: "event", n: 109, prev: 107, put: { message: aMessage(3) } });
    expect(talk.thread.list).toHaveLength(0);
    server.messages = [1, 2, 3].map((seq) => aMessage(seq));
    server.n = 109;
    await vi.advanceTimersByTimeAsync(1000);
    const next = await goLive(server);
    expect(next.of("hello")[0]?.from).toBe(109);
    expect(talk.thread.list.map((one) => one.seq)).toEqual([1, 2, 3]);
    next.hear({ t: "event", n: 110, prev: 109, put: { message: aMessage(4) } });
    expect(talk.thread.list).toHaveLength(4);
  });

  it("takes missed events after a reconnect from its own number", async () => {
    const { talk } = aTalk(server);
    talk.begin();
    (await goLive(server)).drop();
    server.n = 130;
    await vi.advanceTimersByTimeAsync(1000);
    const socket = await goLive(server);
    expect(socket.of("hello")[0]?.from).toBe(100);
    socket.hear({ t: "event", n: 127, prev: 100, put: { message: aMessage(1) } });
    socket.hear({ t: "event", n: 131, prev: 127, put: { message: aMessage(2) } });
    expect(talk.thread.list).toHaveLength(2);
    expect(server.starts).toHaveBeenCalledTimes(1);
  });

  it("resync on the same socket: snapshot, then `from`, then what waits", async () => {
    const { talk } = aTalk(server);
    talk.begin();
    const socket = await goLive(server);
    server.n = 200;
    socket.hear({ t: "resync", reason: "too_old" } as never);
    talk.say({ kind: "text", text: "等" });
    expect(socket.of("send")).toEqual([]);
    await settle();
    expect(socket.sent.slice(-2)).toMatchObject([
      { t: "from", n: 200 },
      { t: "send", id: "d1-1" },
    ]);
  });

  it("resync sends again what was under way: its answer may have been among what was dropped", async () => {
    const { talk } = aTalk(server);
    talk.say({ kind: "text", text: "在吗" });
    const socket = await goLive(server);
    expect(socket.of("send")).toHaveLength(1);
    server.n = 200;
    socket.hear({ t: "resync", reason: "too_slow" } as never);
    await settle();
    expect(socket.of("send")).toMatchObject([{ id: "d1-1" }, { id: "d1-1" }]);
    socket.hear({ t: "error", id: "d1-1", code: "chat.blocked", retry: false } as never);
    expect(talk.lines).toMatchObject([{ id: "d1-1", state: "failed" }]);
  });

  it("who answers has read: no other news is needed", async () => {
    const { talk } = aTalk(server);
    talk.say({ kind: "text", text: "在吗" });
    const socket = await goLive(server);
    socket.hear({ t: "event", n: 101, prev: 100, put: { message: own(1, "d1-1") }, ack: "d1-1" });
    expect(talk.thread.conversation?.desk_read ?? 0).toBe(0);
    socket.hear({ t: "event", n: 102, prev: 101, put: { message: aMessage(2) } });
    expect(talk.thread.conversation?.desk_read).toBe(2);
  });

  it("talks that ran side by side before a login are shown in the order they were said", async () => {
    const { talk } = aTalk(server);
    server.messages = [
      aMessage(1, { conversation: "c_1", at: 10, text: "一" }),
      aMessage(1, { conversation: "c_2", at: 20, text: "二" }),
      aMessage(2, { conversation: "c_1", at: 30, text: "三" }),
    ];
    talk.say({ kind: "text", text: "在吗" });
    await goLive(server);
    expect(talk.thread.list.map((one) => one.text)).toEqual(["一", "二", "三"]);
  });

  it("keeps older pages when the new snapshot reaches back to them", async () => {
    const { talk } = aTalk(server);
    server.messages = [5, 6].map((seq) => aMessage(seq));
    talk.begin();
    const socket = await goLive(server);
    talk.thread.prepend(
      [3, 4].map((seq) => aMessage(seq)),
      null,
    );
    server.messages = [6, 7].map((seq) => aMessage(seq));
    server.n = 140;
    socket.hear({ t: "resync" });
    await settle();
    expect(talk.thread.list.map((one) => one.seq)).toEqual([3, 4, 5, 6, 7]);
  });
});
