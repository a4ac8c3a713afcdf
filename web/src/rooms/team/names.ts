import { i18n, say } from "@/words";

/** The five roles every shop has; own ones carry their own name. */
export const BUILTIN = ["owner", "lead", "agent", "trainee", "viewer"] as const;

/** 店主, 主管 … or the own role's name. */
export function roleName(key: string, own = ""): string {
  return (BUILTIN as readonly string[]).includes(key) ? say(`team.roleNames.${key}`) : own || say("team.roleNames.own");
}

/** What was done, in words; an act this page does not know yet is shown as the server names it. */
export function actName(action: string): string {
  const key = `audit.acts.${action.replaceAll(".", "_")}`;
  return i18n.global.te(key) ? say(key) : action;
}

/** The acts the audit page offers to filter by. */
export const ACTS = [
  "team.session.started",
  "team.session.ended",
  "team.login.refused",
  "team.password.changed",
  "team.totp.on",
  "team.totp.off",
  "team.agent.created",
  "team.agent.changed",
  "team.agent.disabled",
  "team.agent.enabled",
  "team.agent.password_reset",
  "team.role.created",
  "team.role.changed",
  "team.role.deleted",
  "team.group.created",
  "team.group.changed",
  "team.group.deleted",
  "team.set_up",
  "store.shop.changed",
  "store.shop.secret_renewed",
  "store.receiver.revealed",
  "customers.customer.changed",
  "customers.remark.removed",
  "customers.personal.revealed",
] as const;

/** Particulars that are noted as what was and what is. */
const CHANGES = new Set(["name", "nick", "role", "capacity"]);

/** A particular's value in words where words exist: roles, reasons, people; lists joined, the rest as noted. */
export function detailValue(key: string, value: unknown, nameOf: (id: string) => string): string {
  if (Array.isArray(value)) {
    return value.map((one) => detailValue(key, one, nameOf)).join(CHANGES.has(key) ? " → " : say("audit.page.and"));
  }
  if (key === "role") return roleName(String(value));
  if (key === "joined" || key === "left" || key === "by") return nameOf(String(value)) || String(value);
  const words = key === "fields" || key === "field" ? `audit.fields.${value}` : `audit.values.${value}`;
  if (["why", "method", "fields", "field"].includes(key) && i18n.global.te(words)) return say(words);
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Where it was done from: the network address, or in words when it was this machine itself. */
export function placeName(address: string): string {
  const words = `audit.places.${address}`;
  return i18n.global.te(words) ? say(words) : address;
}

/** The name of a particular in the audit log; an unknown one as the server names it. */
export function detailName(key: string): string {
  return i18n.global.te(`audit.details.${key}`) ? say(`audit.details.${key}`) : key;
}
