/**
 * The frames of the socket protocol, version 1 (docs/protocol.md), as a client sees them.
 * Unknown frame types and unknown fields are ignored, so that an older page keeps working beside a newer server.
 */

export const PROTOCOL = 1;

/** A record of the client's store; which fields it has is the business of the room that reads it. */
export type Stored = Record<string, unknown>;

/** What identifies a line that was handed to the outbox: nothing the server adds. */
export interface SendFrame {
  t: "send";
  id: string;
  seq: number;
  conversation?: string;
  kind: string;
  text?: string;
  file?: string;
  product?: string;
  order?: string;
  quote?: { conversation: string; seq: number };
  at: number;
}

export type ClientFrame =
  | { t: "hello"; v: number; device: string; from: number | null; csrf?: string; token?: string; scope?: string[] }
  | { t: "from"; n: number }
  | SendFrame
  | { t: "read"; conversation: string; seq: number }
  | { t: "typing"; conversation: string; on: boolean }
  | { t: "draft"; conversation: string; text: string }
  | { t: "watch"; conversation: string; on: boolean }
  | { t: "ping" };

export interface EventFrame {
  t: "event";
  n: number;
  prev: number;
  at: number;
  kind: string;
  put?: Record<string, Stored>;
  gone?: string[];
  ack?: string;
}

export interface AckFrame {
  t: "ack";
  id: string;
  conversation: string;
  seq: number;
  at: number;
  n: number;
}

export interface ErrorFrame {
  t: "error";
  code: string;
  id?: string;
  retry: boolean;
  after?: number;
  args?: Record<string, unknown>;
  message?: string;
}

export interface LiveFrame {
  t: "live";
  kind: string;
  [field: string]: unknown;
}

export type ServerFrame =
  | { t: "welcome"; v: number; n: number; heartbeat: number; limits?: Record<string, number>; server?: string }
  | { t: "resync"; reason: string }
  | EventFrame
  | AckFrame
  | ErrorFrame
  | LiveFrame
  | { t: "pong" }
  | { t: "bye"; code: string };

/** Reads one text frame; null for anything that is not a frame, so that one bad frame never stops the page. */
export function readFrame(data: unknown): ServerFrame | null {
  if (typeof data !== "string") return null;
  try {
    const value: unknown = JSON.parse(data);
    const isFrame = typeof value === "object" && value !== null && typeof (value as { t?: unknown }).t === "string";
    return isFrame ? (value as ServerFrame) : null;
  } catch {
    return null;
  }
}

/** Close codes after which trying again by itself is useless until something changes. */
export const CLOSE_SIGNED_OUT = 4401;
export const CLOSE_ORIGIN = 4403;
export const CLOSE_REPLACED = 4409;
/** The server no longer speaks this page's protocol. */
export const CLOSE_VERSION = 4426;
export const CLOSE_TOO_FAST = 4429;
export const CLOSE_RESTARTING = 4503;
