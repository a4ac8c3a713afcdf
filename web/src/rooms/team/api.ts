/** The people's routes, with the shapes the server declares in `zhanggui/team/shapes.py`. */
import { api } from "@/app/http";
import type { AgentView, Me } from "@/app/session";

export interface Page<T> {
  items: T[];
  next: string | null;
}

export interface GroupView {
  id: string;
  name: string;
  note: string;
}

export interface RoleView {
  id: string;
  name: string;
  builtin: boolean;
  permissions: string[];
  agents: number;
}

export interface PermissionView {
  name: string;
  zh: string;
  en: string;
  roles: string[];
}

export interface SessionView {
  id: string;
  current: boolean;
  created_at: number;
  seen_at: number;
  expires_at: number;
  address: string;
  device: string;
}

export interface AuditEntry {
  id: string;
  at: number;
  actor: string;
  actor_name: string;
  action: string;
  object: string;
  detail: Record<string, unknown>;
  address: string;
}

export interface AgentDraft {
  login: string;
  name: string;
  nick: string;
  role: string;
  groups: string[];
  capacity: number;
}

export interface AgentMade {
  agent: AgentView;
  /** There once, when the server made it up. */
  password: string | null;
}

export interface TotpStart {
  secret: string;
  uri: string;
  qr_svg: string;
}

const agents = "/api/agents";
const one = (base: string, id: string, act = ""): string => `${base}/${encodeURIComponent(id)}${act}`;

export const team = {
  agents: () => api.get<Page<AgentView> & { limit: number }>(agents),
  createAgent: (draft: AgentDraft) => api.post<AgentMade>(agents, draft),
  changeAgent: (id: string, change: Omit<AgentDraft, "login">) => api.patch<AgentView>(one(agents, id), change),
  disableAgent: (id: string) => api.post<AgentView>(one(agents, id, "/disable")),
  enableAgent: (id: string) => api.post<AgentView>(one(agents, id, "/enable")),
  resetPassword: (id: string) => api.post<AgentMade>(one(agents, id, "/password")),

  roles: () => api.get<Page<RoleView>>("/api/roles"),
  permissions: () => api.get<Page<PermissionView>>("/api/permissions"),
  createRole: (name: string, permissions: string[]) => api.post<RoleView>("/api/roles", { name, permissions }),
  changeRole: (id: string, name: string, permissions: string[]) =>
    api.patch<RoleView>(one("/api/roles", id), { name, permissions }),
  dropRole: (id: string) => api.delete<void>(one("/api/roles", id)),

  groups: () => api.get<Page<GroupView>>("/api/groups"),
  createGroup: (draft: { name: string; note: string; members: string[] }) => api.post<GroupView>("/api/groups", draft),
  changeGroup: (id: string, change: { name: string; note: string; members: string[] }) =>
    api.patch<GroupView>(one("/api/groups", id), change),
  dropGroup: (id: string) => api.delete<void>(one("/api/groups", id)),

  audit: (query: { before?: string | null; action?: string; agent?: string }) =>
    api.get<Page<AuditEntry>>("/api/audit", query),

  sessions: () => api.get<Page<SessionView>>("/api/me/sessions"),
  endSession: (id: string) => api.delete<void>(one("/api/me/sessions", id)),
  endOtherSessions: () => api.delete<void>("/api/me/sessions"),
  changePassword: (old: string, fresh: string) => api.post<Me>("/api/me/password", { old, new: fresh }),
  startTotp: () => api.post<TotpStart>("/api/me/totp/start"),
  confirmTotp: (code: string) => api.post<{ recovery_codes: string[] }>("/api/me/totp/confirm", { code }),
  stopTotp: (password: string) => api.post<unknown>("/api/me/totp/off", { password }),
};
