/** Shapes the visitor's side of protocol 1 carries. Unknown fields are ignored everywhere. */

export type Kind = "text" | "emoticon" | "image" | "file" | "video" | "product" | "order" | "nudge" | "system" | "note";

export interface Body {
  [field: string]: unknown;
  code?: string;
  desk?: boolean;
  file?: string;
  type?: string;
  name?: string;
  size?: number;
  width?: number;
  height?: number;
}

export interface Quote {
  conversation: string;
  seq: number;
  name?: string;
  text?: string;
}

export interface Message {
  conversation: string;
  seq: number;
  at: number;
  sender: "customer" | "agent" | "auto" | "system";
  name: string;
  kind: Kind;
  text: string;
  body: Body | null;
  quote: Quote | null;
  client_id: string | null;
  recalled_at: number | null;
}

export interface Conversation {
  id: string;
  state: "open" | "ended";
  queue_place?: number | null;
  agent?: string | null;
  desk_read?: number;
  customer_read?: number;
}

export interface Customer {
  id: string;
  name: string;
  known: boolean | number;
}

export interface Earlier {
  conversation: string;
  before: number;
}

/** What `start` answers: everything the thread shows, and the number it is true for. */
export interface Snapshot {
  token: string;
  n: number;
  customer: Customer;
  conversation: Conversation | null;
  messages: Message[];
  earlier: Earlier | null;
  limits?: Limits;
}

export interface Limits {
  text?: number;
  file?: number;
  image?: number;
  [name: string]: unknown;
}

export interface Shop {
  id: string;
  name: string;
  greeting: string;
  privacy_notice: string;
  language?: string;
  open: boolean | number;
}

/** What a visitor may put into a line; the outbox adds id, seq and time. */
export interface Draft {
  kind: Kind;
  text?: string;
  file?: string;
  product?: string;
  order?: string;
  quote?: Quote;
  body?: Body;
}

/** One line on its way: `failed` ones wait for the visitor's own decision. */
export interface Line extends Draft {
  id: string;
  seq: number;
  at: number;
  state: "waiting" | "sent" | "failed";
  code?: string;
  /** Why it failed, in the server's words. */
  reason?: string;
}

/** Any frame of the server; fields by `t` as docs/protocol.md lists them. */
export interface Frame {
  t: string;
  n?: number;
  prev?: number;
  at?: number;
  id?: string;
  ack?: string;
  kind?: string;
  code?: string;
  who?: string;
  name?: string;
  on?: boolean;
  place?: number | null;
  message?: string;
  retry?: boolean;
  after?: number;
  args?: Record<string, unknown>;
  heartbeat?: number;
  limits?: Limits;
  conversation?: string;
  seq?: number;
  put?: { message?: Message; talk?: Conversation; conversation?: Conversation; customer?: Customer };
  gone?: string[];
}
