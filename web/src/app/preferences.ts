import { defineStore } from "pinia";
import { computed, reactive, ref, watch } from "vue";
import { restoreChoices } from "../ui/keys";
import { browserLanguage, LANGUAGES, type Language, speak } from "../words";

/**
 * How a person likes the desk. Kept on this device at once, and with the account a moment later, so that the next
 * device looks the same; what the account says wins at sign-in.
 */
export interface Preferences {
  theme: "auto" | "light" | "dark";
  language: Language;
  density: "comfortable" | "compact";
  /** Sound of a new line; `volume` 0–100. */
  sound: boolean;
  volume: number;
  /** Browser notifications while the page is not in front. */
  notifications: boolean;
  /** What sends a line; the other one breaks it. */
  send: "enter" | "mod-enter";
  /** Own keys by command; null switches one off. */
  keys: Record<string, string | null>;
}

const PLACE = "zg.preferences";
const QUIET = 700;

export const defaults = (): Preferences => ({
  theme: "auto",
  language: browserLanguage(),
  density: "comfortable",
  sound: true,
  volume: 60,
  notifications: true,
  send: "enter",
  keys: {},
});

/** Takes what is sound out of stored settings and leaves the rest at its default: storage is nobody's promise. */
export function sound(stored: unknown, base: Preferences = defaults()): Preferences {
  const given = (typeof stored === "object" && stored !== null ? stored : {}) as Record<string, unknown>;
  const one = <T>(value: unknown, of: readonly T[], otherwise: T): T =>
    of.includes(value as T) ? (value as T) : otherwise;
  const volume = Number(given.volume);
  return {
    theme: one(given.theme, ["auto", "light", "dark"] as const, base.theme),
    language: one(given.language, LANGUAGES, base.language),
    density: one(given.density, ["comfortable", "compact"] as const, base.density),
    sound: one(given.sound, [true, false], base.sound),
    volume: given.volume !== undefined && volume >= 0 && volume <= 100 ? volume : base.volume,
    notifications: one(given.notifications, [true, false], base.notifications),
    send: one(given.send, ["enter", "mod-enter"] as const, base.send),
    keys: chordsOnly(given.keys, base.keys),
  };
}

function chordsOnly(stored: unknown, base: Preferences["keys"]): Preferences["keys"] {
  if (typeof stored !== "object" || stored === null) return base;
  const entries = Object.entries(stored).filter(([, chord]) => chord === null || typeof chord === "string");
  return Object.fromEntries(entries) as Preferences["keys"];
}

function stored(): Preferences {
  try {
    return sound(JSON.parse(localStorage.getItem(PLACE) ?? "{}"));
  } catch {
    return defaults();
  }
}

export const usePreferences = defineStore("preferences", () => {
  const now = reactive(stored());
  const darkOutside = ref(false);
  const dark = computed(() => now.theme === "dark" || (now.theme === "auto" && darkOutside.value));
  let keep: ((preferences: Preferences) => void) | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let taking = false;
  const atTheDoor = new Set<"theme" | "language">();

  /** Follows the system's light and dark, dresses the page, and remembers each change. */
  function start(): void {
    const system = matchMedia("(prefers-color-scheme: dark)");
    darkOutside.value = system.matches;
    system.addEventListener("change", (event) => {
      darkOutside.value = event.matches;
    });
    restoreChoices(now.keys, (keys) => {
      now.keys = keys;
    });
    watch([dark, () => now.density, () => now.language], dress, { immediate: true });
    watch(now, remember, { deep: true, flush: "sync" });
  }

  function dress(): void {
    const root = document.documentElement;
    root.dataset.theme = dark.value ? "dark" : "light";
    root.dataset.density = now.density;
    root.classList.toggle("dark", dark.value);
    speak(now.language);
  }

  function remember(): void {
    localStorage.setItem(PLACE, JSON.stringify(now));
    if (!keep || taking) return;
    clearTimeout(timer);
    timer = setTimeout(() => keep?.({ ...now }), QUIET);
  }

  /** At sign-in: what the account says wins, except what was chosen at the door; later changes go to `save`. */
  function take(account: unknown, language: Language, save: (preferences: Preferences) => void): void {
    const chosen = Object.fromEntries([...atTheDoor].map((name) => [name, now[name]]));
    taking = true;
    Object.assign(now, sound({ ...(account as object), language }, now), chosen);
    restoreChoices(now.keys, (keys) => {
      now.keys = keys;
    });
    taking = false;
    keep = save;
    if (atTheDoor.size) remember();
    atTheDoor.clear();
  }

  /** At sign-out: nothing goes to the account any more. */
  function release(): void {
    clearTimeout(timer);
    keep = null;
  }

  /** To the other of light and dark, and no longer like the system. */
  function toggleTheme(): void {
    now.theme = dark.value ? "light" : "dark";
    if (!keep) atTheDoor.add("theme");
  }

  function toggleLanguage(): void {
    now.language = now.language === "en" ? "zh-CN" : "en";
    if (!keep) atTheDoor.add("language");
  }

  return { now, dark, start, take, release, toggleTheme, toggleLanguage };
});
