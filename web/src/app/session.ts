import { defineStore } from "pinia";
import { computed, ref } from "vue";
import type { Language } from "../words";
import { ApiError, api, door } from "./http";
import { usePreferences } from "./preferences";
import { complain } from "./trouble";

export type PresenceChoice = "online" | "busy" | "away" | "offline";

export interface AgentView {
  id: string;
  login: string;
  name: string;
  nick: string;
  avatar: string;
  role: string;
  groups: string[];
  capacity: number;
  state: "active" | "disabled";
  presence: PresenceChoice;
  open: number;
}

export interface Me {
  agent: AgentView;
  permissions: string[];
  csrf: string;
  groups: { id: string; name: string }[];
  settings: Record<string, unknown>;
  totp: boolean;
  language: Language;
  /** The password was set by somebody else and must be changed before work. */
  must_change: boolean;
}

/** Who is signed in on this page, and what he may do. */
export const useSession = defineStore("session", () => {
  const me = ref<Me | null>(null);
  const asked = ref(false);
  const allowed = computed(() => new Set(me.value?.permissions));
  const preferences = usePreferences();

  /** True when the person holds any of the permissions; no permission named = everybody signed in. */
  const may = (...permissions: string[]): boolean =>
    me.value !== null && (permissions.length === 0 || permissions.some((name) => allowed.value.has(name)));

  function enter(given: Me): void {
    me.value = given;
    asked.value = true;
    door.csrf = given.csrf;
    preferences.take(given.settings, given.language, keepSettings);
  }

  /** Forgets the person on this page; what he stored on the device stays. */
  function leave(): void {
    me.value = null;
    asked.value = true;
    door.csrf = "";
    preferences.release();
  }

  /** Asks once who is signed in; a server that cannot be reached throws, a missing session does not. */
  async function look(): Promise<void> {
    try {
      enter(await api.get<Me>("/api/me"));
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      leave();
    }
  }

  /** Another tab signed in anew: takes the new session when it is the same person, else starts the page afresh. */
  async function renew(): Promise<boolean> {
    const fresh = await api.get<Me>("/api/me");
    if (fresh.agent.id !== me.value?.agent.id) location.reload();
    enter(fresh);
    return true;
  }

  async function login(who: { login: string; password: string; code?: string }): Promise<void> {
    enter(await api.post<Me>("/api/login", who));
  }

  async function logout(): Promise<void> {
    await api.post("/api/logout").catch((error) => {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
    });
    leave();
  }

  /** Changes own name and the like, and takes what the server made of it. */
  async function patch(change: { name?: string; nick?: string }): Promise<void> {
    me.value = await api.patch<Me>("/api/me", change);
  }

  /** Shown at once, taken back when the server refuses. */
  async function choosePresence(choice: PresenceChoice): Promise<void> {
    if (!me.value) return;
    const before = me.value.agent.presence;
    me.value.agent.presence = choice;
    await api.post("/api/me/presence", { choice }).catch((error) => {
      if (me.value) me.value.agent.presence = before;
      complain(error);
    });
  }

  function keepSettings(settings: { language: Language }): void {
    api.patch("/api/me", { language: settings.language, settings }).catch(complain);
  }

  return { me, asked, may, look, renew, login, logout, leave, enter, patch, choosePresence };
});
