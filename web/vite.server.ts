// While developing, all that is not the bundle's own comes from the running zhanggui (`make run`).
import type { ServerOptions } from "vite";

/** A development server for the bundle under `base`; everything else, sockets too, is handed on. */
export function serverFor(base: string): ServerOptions {
  const target = process.env.ZHANGGUI_URL ?? "http://127.0.0.1:8600";
  return { proxy: { [`^/(?!${base}/)`]: { target, ws: true } } };
}
