import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { speak } from "../words";
import { ApiError, api, door } from "./http";

const answer = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  vi.fn(
    async (_request: Request) => new Response(body === undefined ? null : JSON.stringify(body), { status, headers }),
  );

function serve(fetching: typeof fetch | ReturnType<typeof answer>) {
  vi.stubGlobal("fetch", fetching);
  return fetching as ReturnType<typeof answer>;
}

async function refused(task: Promise<unknown>): Promise<ApiError> {
  const error = await task.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ApiError);
  return error as ApiError;
}

beforeEach(() => {
  door.csrf = "token-1";
  door.onExpired = vi.fn();
  door.onStale = async () => false;
  speak("zh-CN");
});
afterEach(() => vi.unstubAllGlobals());

describe("asking", () => {
  it("carries the language always and the CSRF value only where something changes", async () => {
    const fetching = serve(answer(200, { items: [] }));
    await api.get("/api/agents", { q: "小明", cursor: null, role: "" });
    await api.post("/api/agents", { name: "小明" });
    const [read, write] = fetching.mock.calls.map(([request]) => request);
    expect(read?.headers.get("Accept-Language")).toBe("zh-CN");
    expect(read?.headers.get("X-Zhanggui-CSRF")).toBeNull();
    expect(new URL(read?.url ?? "").search).toBe("?q=%E5%B0%8F%E6%98%8E");
    expect(write?.headers.get("X-Zhanggui-CSRF")).toBe("token-1");
    expect(await write?.json()).toEqual({ name: "小明" });
  });

  it("returns nothing for an empty answer", async () => {
    serve(answer(204, undefined));
    expect(await api.delete("/api/groups/g_1")).toBeUndefined();
  });
});

describe("a stale CSRF value", () => {
  const stale = { error: { code: "access.csrf", args: {}, field: null, message: "请刷新" } };

  it("is renewed once, and the act tried again", async () => {
    const fetching = vi.fn(async (request: Request) => {
      const fresh = request.headers.get("X-Zhanggui-CSRF") === "token-2";
      return new Response(JSON.stringify(fresh ? { done: 1 } : stale), { status: fresh ? 200 : 403 });
    });
    serve(fetching);
    door.onStale = async () => {
      door.csrf = "token-2";
      return true;
    };
    expect(await api.post("/api/groups", { name: "售前" })).toEqual({ done: 1 });
  });

  it("is not tried for ever", async () => {
    const fetching = serve(answer(403, stale));
    door.onStale = async () => true;
    expect(await refused(api.post("/api/groups", {}))).toMatchObject({ code: "access.csrf" });
    expect(fetching).toHaveBeenCalledTimes(2);
  });
});

describe("a refusal", () => {
  it("keeps what the server said: code, field, words, waiting time", async () => {
    const error = { code: "team.wait", args: { retry_after: 30 }, field: "login", message: "请 30 秒后再试" };
    serve(answer(429, { error }, { "Retry-After": "30" }));
    const got = await refused(api.post("/api/login", {}));
    expect(got).toMatchObject({ ...error, status: 429, after: 30 });
  });

  it.each([
    [502, "<html>", "app.server", "服务器出了问题，请稍后再试"],
    [429, null, "app.too_many", "操作太频繁，请稍等片刻"],
    [418, { error: "tea" }, "app.failed", "没有成功，请再试一次"],
    [400, { error: { code: 5 } }, "app.failed", "没有成功，请再试一次"],
  ])("of an unknown shape (%i) becomes a plain sentence", async (status, body, code, message) => {
    serve(answer(status, body));
    expect(await refused(api.get("/api/me"))).toMatchObject({ status, code, message });
  });

  it("of the network is told as such, in the person's language", async () => {
    speak("en");
    serve(vi.fn(async () => Promise.reject(new TypeError("failed"))));
    const got = await refused(api.get("/api/me"));
    expect(got).toMatchObject({ status: 0, code: "app.offline" });
    expect(got.message).toBe("The server cannot be reached; check the network");
  });

  it("of half an answer is not taken for success", async () => {
    serve(vi.fn(async () => new Response("{", { status: 200 })));
    expect(await refused(api.get("/api/me"))).toMatchObject({ code: "app.broken" });
  });

  it("tells an ended session once a session was there, and never at the login form", async () => {
    serve(answer(401, { error: { code: "team.signed_out", args: {}, field: null, message: "请登录" } }));
    await refused(api.get("/api/agents"));
    expect(door.onExpired).toHaveBeenCalledOnce();
    door.csrf = "";
    await refused(api.post("/api/login", {}));
    expect(door.onExpired).toHaveBeenCalledOnce();
  });
});
