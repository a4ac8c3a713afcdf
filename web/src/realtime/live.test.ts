import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeSocket, MemoryStorage } from "./fake-socket";
import type { EventFrame, SendFrame } from "./frames";
import { LiveSession, socketUrl } from "./live";
import { Outbox } from "./outbox";

/**
 * A server in a few lines: keeps each line once by its id, tells its one reader, can be cut off at any step.
 */
class Server {
  n = 10;
  stored: { id: string; text: string }[] = [];
  private readonly log: EventFrame[] = [];

  snapshot() {
    return Promise.resolve({ n: this.n, tables: { message: this.stored.map((line, i) => this.record(line, i)) } });
  }

  hello(socket: FakeSocket): void {
    socket.welcome(this.n);
    const from = socket.of("hello")[0]?.from ?? this.n;
    for (const event of this.log) if (event.n > from) socket.say({ ...event });
  }

  take(frame: SendFrame): EventFrame | null {
    if (this.stored.some((line) => line.id === frame.id)) return null;
    const line = { id: frame.id, text: frame.text ?? "" };
    this.stored.push(line);
    const prev = this.n;
    this.n += 1;
    const event: EventFrame = {
      t: "event",
      n: this.n,
      prev,
      at: 0,
      kind: "message.added",
      put: { message: this.record(line, this.stored.length - 1) },
    };
    this.log.push(event);
    return event;
  }

  answer(socket: FakeSocket, frame: SendFrame): void {
    const event = this.take(frame);
    if (event) socket.say({ ...event, ack: frame.id });
    else socket.say({ t: "ack", id: frame.id, conversation: "c_1", seq: 1, at: 0, n: this.n });
  }

  private record(line: { id: string; text: string }, index: number) {
    return { conversation: "c_1", seq: index + 1, text: line.text, client_id: line.id };
  }
}

let server: Server;
let storage: MemoryStorage;
let session: LiveSession;

function open(): LiveSession {
  const outbox = new Outbox(storage, "a_1", "d1");
  const live = new LiveSession(outbox, {
    person: "a_1",
    csrf: () => "c",
    scope: () => [],
    snapshot: () => server.snapshot(),
    open: () => new FakeSocket(),
  });
  live.start();
  return live;
}

const tick = (ms = 0) => vi.advanceTimersByTimeAsync(ms);
const texts = () => [...session.tables.table("message").records<{ text: string }>()].map((m) => m.text);
const say = (text: string) => session.post({ conversation: "c_1", kind: "text", text });

async function connect(): Promise<FakeSocket> {
  await tick(2_000);
  server.hello(FakeSocket.last);
  return FakeSocket.last;
}

function answerAll(socket: FakeSocket): void {
  for (const frame of socket.of("send")) server.answer(socket, frame);
}

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.all = [];
  server = new Server();
  storage = new MemoryStorage();
  session = open();
});
afterEach(() => {
  session.stop();
  vi.useRealTimers();
});

describe("a line is stored once and shown once, wherever the network breaks", () => {
  const steps: [string, (socket: FakeSocket) => void][] = [
    ["on its way to the server", (socket) => socket.drop()],
    [
      "after it was stored, before the event came",
      (socket) => {
        for (const frame of socket.of("send")) server.take(frame);
        socket.drop();
      },
    ],
    [
      "after the event came",
      (socket) => {
        answerAll(socket);
        socket.drop();
      },
    ],
  ];

  it.each(steps)("%s", async (_, cut) => {
    const socket = await connect();
    say("one");
    say("two");
    cut(socket);
    answerAll(await connect());
    expect(server.stored.map((line) => line.text)).toEqual(["one", "two"]);
    expect(texts()).toEqual(["one", "two"]);
    expect(session.outbox.lines()).toEqual([]);
  });

  it.each(steps)("%s, with a reload in between", async (_, cut) => {
    const socket = await connect();
    say("one");
    cut(socket);
    session.stop();
    session = open();
    answerAll(await connect());
    expect(server.stored.map((line) => line.text)).toEqual(["one"]);
    expect(texts()).toEqual(["one"]);
    expect(session.outbox.lines()).toEqual([]);
  });
});

it("what was written offline goes out in order on return", async () => {
  const socket = await connect();
  socket.drop();
  for (const text of ["one", "two", "three"]) say(text);
  expect(session.outbox.pending()).toHaveLength(3);
  answerAll(await connect());
  expect(server.stored.map((line) => line.text)).toEqual(["one", "two", "three"]);
});

it("the record is there before its pending line goes", async () => {
  const socket = await connect();
  say("one");
  const seen: number[] = [];
  session.outbox.onChange(() => seen.push(session.tables.table("message").size));
  answerAll(socket);
  expect(seen).toEqual([1]);
});

it("an event told twice changes nothing", async () => {
  const socket = await connect();
  const event = server.take({ t: "send", id: "x", seq: 1, kind: "text", text: "hello", at: 0 });
  if (event) for (let i = 0; i < 3; i += 1) socket.say(event);
  expect(texts()).toEqual(["hello"]);
});

it("tells whoever listens, and stops when told", async () => {
  const states: string[] = [];
  const off = session.on("state", (state) => states.push(state));
  const socket = await connect();
  expect(states).toEqual(["live"]);
  off();
  socket.drop();
  expect(states).toEqual(["live"]);
});

it("a fleeting signal is dropped without a socket", async () => {
  expect(session.signal({ t: "typing", conversation: "c_1", on: true })).toBe(false);
  await connect();
  expect(session.signal({ t: "typing", conversation: "c_1", on: true })).toBe(true);
});

it("the socket's address follows the page's", () => {
  expect(socketUrl("/ws/desk", "https://shop.example/app/c_1?x=1")).toBe("wss://shop.example/ws/desk");
  expect(socketUrl("/ws/desk", "http://127.0.0.1:8600/app/")).toBe("ws://127.0.0.1:8600/ws/desk");
});
