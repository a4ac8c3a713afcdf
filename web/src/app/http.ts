/**
 * The one door to the server's JSON routes. Adds the session's CSRF value and the person's language, turns every refusal
 * into an `ApiError` whose message is already in that language, and says once when the session is over.
 */
import { say } from "../words";

export interface ErrorBody {
  code: string;
  args: Record<string, unknown>;
  field: string | null;
  message: string;
}

/** A refusal of the server (`code` as the server names it) or of the way to it (`app.offline`, `app.broken`). */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  readonly args: Record<string, unknown>;
  readonly field: string | null;
  /** Seconds after which trying again makes sense. */
  readonly after: number | null;

  constructor(status: number, body: ErrorBody, after: number | null = null) {
    super(body.message);
    this.name = "ApiError";
    this.status = status;
    this.code = body.code;
    this.args = body.args;
    this.field = body.field;
    this.after = after;
  }
}

type Method = "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
type Query = Record<string, string | number | null | undefined>;

/** What the door needs to know of the session; filled by the session store. */
export const door = {
  csrf: "",
  /** Called when a signed-in page is told that its session is over. */
  onExpired: (): void => undefined,
  /** Called when the CSRF value is stale (signed in again in another tab); true when the act may be tried again. */
  onStale: async (): Promise<boolean> => false,
};

/** `fetch` with everything the desk adds; also the fetch layer of the generated client. */
export const deskFetch: typeof fetch = async (input, init) => {
  const request = new Request(input, { credentials: "same-origin", ...init });
  request.headers.set("Accept-Language", document.documentElement.lang || "zh-CN");
  if (request.method !== "GET") request.headers.set("X-Zhanggui-CSRF", door.csrf);
  const response = await fetch(request).catch(() => {
    throw own("offline", 0);
  });
  if (response.status === 401 && door.csrf) door.onExpired();
  return response;
};

/** Asks a route and returns its JSON (undefined for 204). Throws `ApiError`, never anything else. */
export async function ask<T>(
  method: Method,
  path: string,
  body?: unknown,
  query: Query = {},
  again = false,
): Promise<T> {
  const init: RequestInit = { method };
  if (body instanceof FormData) init.body = body;
  else if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { "Content-Type": "application/json" };
  }
  const response = await deskFetch(address(path, query), init);
  if (!response.ok) {
    const error = await refusal(response);
    if (error.code !== "access.csrf" || again || !(await door.onStale())) throw error;
    return ask(method, path, body, query, true);
  }
  if (response.status === 204) return undefined as T;
  return response.json().catch(() => {
    throw own("broken", response.status);
  }) as Promise<T>;
}

export const api = {
  get: <T>(path: string, query?: Query) => ask<T>("GET", path, undefined, query),
  post: <T>(path: string, body?: unknown) => ask<T>("POST", path, body ?? {}),
  patch: <T>(path: string, body: unknown) => ask<T>("PATCH", path, body),
  put: <T>(path: string, body: unknown) => ask<T>("PUT", path, body),
  delete: <T>(path: string) => ask<T>("DELETE", path),
};

function address(path: string, query: Query): URL {
  const url = new URL(path, globalThis.location.origin);
  for (const [key, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== "") url.searchParams.set(key, String(value));
  }
  return url;
}

/** Reads what the server says about a refusal; a proxy's page or an unknown shape becomes a plain sentence. */
export async function refusal(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null);
  const after = Number(response.headers.get("Retry-After")) || null;
  const error = isObject(body) && isObject(body.error) ? body.error : null;
  if (!error || typeof error.code !== "string") return own(plainWords(response.status), response.status, after);
  return new ApiError(
    response.status,
    {
      code: error.code,
      args: isObject(error.args) ? error.args : {},
      field: typeof error.field === "string" ? error.field : null,
      message: typeof error.message === "string" && error.message ? error.message : say("app.errors.failed"),
    },
    after,
  );
}

function plainWords(status: number): string {
  if (status === 429) return "too_many";
  return status >= 500 ? "server" : "failed";
}

function own(what: string, status: number, after: number | null = null): ApiError {
  const code = `app.${what}`;
  return new ApiError(status, { code, args: {}, field: null, message: say(`app.errors.${what}`) }, after);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
