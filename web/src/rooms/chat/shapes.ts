/** The records of the desk as the server sends them (docs/protocol.md). Times are milliseconds UTC, money is text. */

export type Sender = "customer" | "agent" | "auto" | "system";
export type Kind = "text" | "emoticon" | "image" | "file" | "video" | "product" | "order" | "nudge" | "note" | "system";
export type Trade = "placed" | "paid" | "shipped";

export interface Place {
  conversation: string;
  seq: number;
}

export interface Message extends Place {
  at: number;
  sender: Sender;
  by: string;
  name: string;
  kind: Kind;
  text: string;
  body: Record<string, unknown> | null;
  quote: (Place & { name: string; text: string }) | null;
  client_id: string;
  claimed_at: number | null;
  recalled_at: number | null;
}

/** A conversation as its row in the list. */
export interface Row {
  id: string;
  shop: string;
  customer: string;
  name: string;
  avatar: string | null;
  known: boolean;
  state: "open" | "ended";
  channel: string;
  group: string | null;
  assignee: string | null;
  opened_at: number;
  ended_at: number | null;
  ended_by: string | null;
  last_seq: number;
  last_at: number;
  last: { sender: Sender; kind: Kind; text: string } | null;
  waiting_since: number | null;
  unanswered: number;
  /** Customer lines nobody has looked at. */
  unread: number;
  desk_read: number;
  customer_read: number;
  trade: Trade | null;
  labels: string[];
  snoozed_until: number | null;
  blocked: boolean;
}

export interface Mark {
  id: string;
  pinned: boolean;
  starred: boolean;
}

export interface ServerDraft {
  id: string;
  text: string;
  at: number;
}

export interface Label {
  id: string;
  name: string;
  color: string;
}

export interface Agent {
  id: string;
  name: string;
  nick: string;
  avatar: string | null;
  role: string;
  groups: string[];
  capacity: number;
  state: "active" | "disabled";
  presence: "online" | "busy" | "away" | "offline";
  open: number;
}

export interface Group {
  id: string;
  name: string;
}

export interface FileView {
  id: string;
  kind: "image" | "file" | "video";
  type: string;
  name: string;
  size: number;
  width: number | null;
  height: number | null;
  url: string;
  thumb: string | null;
}

export interface Hit {
  conversation: string | null;
  customer: string;
  name: string;
  seq?: number;
  at?: number;
  text: string;
  order?: string;
  spans: [number, number][];
}

export type Earlier = { conversation: string; before: number } | null;

export function unreadOf(row: Row): number {
  return row.unread;
}

/** Labels name their colour by meaning; the tokens know how it looks in each theme. */
export function labelColour(name: string): string {
  const tokens: Record<string, string> = {
    red: "--zg-danger",
    orange: "--zg-seal",
    yellow: "--zg-away",
    green: "--zg-success",
    teal: "--zg-accent",
    blue: "--zg-info",
    purple: "--zg-plum",
    grey: "--zg-offline",
  };
  return `var(${tokens[name] ?? "--zg-offline"})`;
}
