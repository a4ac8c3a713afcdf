/** What the chat room asks the server over HTTP. */
import { api, ask } from "../../app/http";
import type { Stored } from "../../realtime/frames";
import type { Earlier, FileView, Hit, Label, Mark, Message, Row } from "./shapes";

interface Page<T> {
  items: T[];
  next: string | null;
}

const at = (id: string, what = "") => `/api/conversations/${encodeURIComponent(id)}${what}`;

export const requests = {
  snapshot: (scope: string[]) =>
    api.get<{ n: number; tables: Record<string, Stored[]> }>("/api/desk", { scope: scope.join(",") }),
  open: (id: string) =>
    api.get<{ n: number; conversation: Row; messages: Message[]; earlier: Earlier; customer: Stored }>(at(id)),
  messages: (id: string, before: number, limit = 50) =>
    api.get<{ items: Message[]; earlier: Earlier }>(at(id, "/messages"), { before, limit }),
  ended: (cursor: string | null) => api.get<Page<Row>>("/api/conversations", { state: "ended", cursor }),
  start: (customer: string) => api.post<Row>("/api/conversations", { customer }),
  take: (id: string) => api.post<Row>(at(id, "/take")),
  transfer: (id: string, to: string, reason: string, note: string) =>
    api.post<Row>(at(id, "/transfer"), { to, reason, note }),
  end: (id: string) => api.post<Row>(at(id, "/end"), {}),
  reopen: (id: string) => api.post<Row>(at(id, "/reopen")),
  label: (id: string, labels: string[]) => api.post<Row>(at(id, "/label"), { labels }),
  snooze: (id: string, until: number | null) => api.post<Row>(at(id, "/snooze"), { until }),
  mark: (id: string, change: Partial<Omit<Mark, "id">>) => api.post<Mark>(at(id, "/mark"), change),
  recall: (id: string, seq: number) => api.post<Message>(at(id, "/recall"), { seq }),
  bulk: (ids: string[], act: "end" | "transfer" | "queue", more: Record<string, unknown> = {}) =>
    api.post<Record<string, string>>("/api/conversations/bulk", { ids, do: act, ...more }),
  handover: (to: string, note: string) => api.post<unknown>("/api/handover", { to, note }),
  block: (customer: string, reason: string, until: number | null) =>
    api.post<unknown>(`/api/customers/${customer}/block`, { reason, ...(until ? { until } : {}) }),
  unblock: (customer: string) => api.post<unknown>(`/api/customers/${customer}/unblock`),
  search: (q: string, kind: "message" | "customer" | "order", cursor: string | null = null) =>
    api.get<Page<Hit>>("/api/search", { q, kind, cursor }),
  addLabel: (name: string, color: string) => api.post<Label>("/api/labels", { name, color }),
  upload: (file: File, conversation: string) => {
    const form = new FormData();
    form.append("file", file, file.name);
    form.append("conversation", conversation);
    return ask<FileView>("POST", "/api/files", form);
  },
};
