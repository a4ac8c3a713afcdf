import { onScopeDispose, type Ref, readonly, ref } from "vue";

/**
 * Times as people of the shop say them: 刚刚, 3 分钟前, 昨天 14:20. Pure functions of (time, now);
 * all arguments are milliseconds UTC, shown in the zone of the screen.
 */
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const two = (value: number): string => String(value).padStart(2, "0");

/** 14:20 */
export function clock(at: number): string {
  const date = new Date(at);
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** 2026-11-22 14:20:05, for places where the exact moment counts. */
export function stamp(at: number): string {
  const date = new Date(at);
  return `${day(at)} ${clock(at)}:${two(date.getSeconds())}`;
}

/** 2026-11-22 */
export function day(at: number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** Whole calendar days between two moments on the screen's calendar. */
export function daysBetween(at: number, now: number): number {
  const midnight = (time: number) => new Date(time).setHours(0, 0, 0, 0);
  return Math.round((midnight(now) - midnight(at)) / DAY);
}

/** A short moment for lists: just now, minutes, the clock today, yesterday, the weekday, the date. */
export function ago(at: number, now: number, language: string): string {
  const zh = language.startsWith("zh");
  const gone = now - at;
  if (gone < MINUTE) return zh ? "刚刚" : "now";
  if (gone < HOUR) return zh ? `${Math.floor(gone / MINUTE)} 分钟前` : `${Math.floor(gone / MINUTE)} min ago`;
  return whichDay(at, now, language);
}

/** Like `ago`, but the clock for everything of today: for message lists. */
export function whichDay(at: number, now: number, language: string): string {
  const zh = language.startsWith("zh");
  const days = daysBetween(at, now);
  if (days <= 0) return clock(at);
  if (days === 1) return `${zh ? "昨天" : "Yesterday"} ${clock(at)}`;
  if (days < 7) return `${new Intl.DateTimeFormat(language, { weekday: "short" }).format(at)} ${clock(at)}`;
  const date = new Date(at);
  const sameYear = date.getFullYear() === new Date(now).getFullYear();
  return sameYear ? `${two(date.getMonth() + 1)}-${two(date.getDate())} ${clock(at)}` : day(at);
}

/** How long something has lasted: 45秒, 3分20秒, 1小时05分, 2天. */
export function lasting(ms: number, language: string): string {
  const [s, m, h, d] = language.startsWith("zh") ? ["秒", "分", "小时", "天"] : ["s", "m ", "h ", "d"];
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds}${s}`;
  if (ms < HOUR) return `${Math.floor(seconds / 60)}${m}${two(seconds % 60)}${s}`;
  if (ms < DAY) return `${Math.floor(ms / HOUR)}${h}${two(Math.floor((ms % HOUR) / MINUTE))}${m.trim()}`;
  return `${Math.floor(ms / DAY)}${d}`;
}

const ticks = new Map<number, { now: Ref<number>; users: number; timer: ReturnType<typeof setInterval> }>();

/** The present moment, refreshed every `every` ms; all users of one step share one timer. */
export function useNow(every = 20_000): Readonly<Ref<number>> {
  let tick = ticks.get(every);
  if (!tick) {
    const now = ref(Date.now());
    tick = { now, users: 0, timer: setInterval(() => (now.value = Date.now()), every) };
    ticks.set(every, tick);
  }
  const used = tick;
  used.users += 1;
  onScopeDispose(() => {
    used.users -= 1;
    if (used.users > 0) return;
    clearInterval(used.timer);
    ticks.delete(every);
  });
  return readonly(used.now);
}
