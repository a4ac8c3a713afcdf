import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { toasts } from "../ui/toast";
import { door } from "./http";
import { backFrom } from "./router";
import { type Me, useSession } from "./session";

const a_person = (more: Partial<Me> = {}): Me => ({
  agent: {
    id: "a_1",
    login: "xiaoming",
    name: "王小明",
    nick: "",
    avatar: "",
    role: "agent",
    groups: [],
    capacity: 10,
    state: "active",
    presence: "online",
    open: 0,
  },
  permissions: ["chat.message.send", "team.agent.read"],
  csrf: "token-1",
  groups: [],
  settings: {},
  totp: false,
  language: "zh-CN",
  must_change: false,
  ...more,
});

const serve = (status: number, body: unknown) =>
  vi.stubGlobal(
    "fetch",
    vi.fn(async () => new Response(body === undefined ? null : JSON.stringify(body), { status })),
  );
const refusal = (code: string) => ({ error: { code, args: {}, field: null, message: "不行" } });

beforeEach(() => {
  localStorage.clear();
  setActivePinia(createPinia());
  toasts.splice(0);
});
afterEach(() => vi.unstubAllGlobals());

describe("the session", () => {
  it("knows the person, his rights and the CSRF value", async () => {
    serve(200, a_person());
    const session = useSession();
    await session.look();
    expect(session.me?.agent.name).toBe("王小明");
    expect(door.csrf).toBe("token-1");
    expect(session.may("team.agent.create", "team.agent.read")).toBe(true);
    expect(session.may("team.agent.create")).toBe(false);
    expect(session.may()).toBe(true);
  });

  it("takes a missing session for nobody, and an absent server for a failure", async () => {
    const session = useSession();
    serve(401, refusal("access.signed_out"));
    await session.look();
    expect([session.me, session.asked, session.may()]).toEqual([null, true, false]);
    serve(503, null);
    await expect(session.look()).rejects.toMatchObject({ code: "app.server" });
  });

  it("shows a chosen presence at once and takes it back when refused", async () => {
    const session = useSession();
    session.enter(a_person());
    serve(409, refusal("team.presence"));
    const choosing = session.choosePresence("away");
    expect(session.me?.agent.presence).toBe("away");
    await choosing;
    expect(session.me?.agent.presence).toBe("online");
    expect(toasts.map((toast) => toast.text)).toEqual(["不行"]);
  });

  it("is left also when the server has already forgotten it", async () => {
    const session = useSession();
    session.enter(a_person());
    serve(401, refusal("access.signed_out"));
    await session.logout();
    expect([session.me, door.csrf]).toEqual([null, ""]);
  });
});

describe("the way back after signing in", () => {
  it.each([
    ["/settings/agents?q=1", "/settings/agents?q=1"],
    ["https://evil.example/", "/"],
    ["//evil.example/", "/"],
    ["/\\evil.example", "/"],
    [undefined, "/"],
    [["/a", "/b"], "/"],
  ])("%j leads to %s", (back, place) => {
    expect(backFrom({ query: back === undefined ? {} : { back } })).toBe(place);
  });
});
