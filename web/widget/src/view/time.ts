import { language, t } from "../words";

const DAY = 86_400_000;

/** A time as people say it in a chat: the hour today, yesterday by name, else the date. */
export function moment(at: number, now = Date.now()): string {
  const day = new Date(at);
  const clock = day.toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit", hour12: false });
  const midnight = new Date(now).setHours(0, 0, 0, 0);
  if (at >= midnight) return clock;
  if (at >= midnight - DAY) return `${t("yesterday")} ${clock}`;
  const year = day.getFullYear() === new Date(now).getFullYear() ? undefined : "numeric";
  return `${day.toLocaleDateString(language, { year, month: "short", day: "numeric" })} ${clock}`;
}

export function fileSize(bytes = 0): string {
  if (bytes < 1024 * 1024) return `${Math.max(1, Math.round(bytes / 1024))} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
