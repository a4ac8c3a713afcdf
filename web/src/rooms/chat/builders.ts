/** Small builders for this room's tests. */
import type { Message, Row } from "./shapes";

export function aRow(change: Partial<Row> = {}): Row {
  return {
    id: "c_1",
    shop: "s_1",
    customer: "u_1",
    name: "林小满",
    avatar: "",
    known: true,
    state: "open",
    channel: "web",
    group: null,
    assignee: "a_me",
    opened_at: 0,
    ended_at: null,
    ended_by: null,
    last_seq: 1,
    last_at: 1_000,
    last: { sender: "customer", kind: "text", text: "在吗" },
    waiting_since: null,
    unanswered: 0,
    unread: 0,
    desk_read: 0,
    customer_read: 0,
    trade: null,
    labels: [],
    snoozed_until: null,
    blocked: false,
    ...change,
  };
}

export function aMessage(seq: number, change: Partial<Message> = {}): Message {
  return {
    conversation: "c_1",
    seq,
    at: seq * 1_000,
    sender: "customer",
    by: "u_1",
    name: "林小满",
    kind: "text",
    text: `line ${seq}`,
    body: null,
    quote: null,
    client_id: `x-${seq}`,
    claimed_at: null,
    recalled_at: null,
    ...change,
  };
}

export const messages = (from: number, to: number, change: Partial<Message> = {}): Message[] =>
  Array.from({ length: to - from + 1 }, (_, i) => aMessage(from + i, change));
