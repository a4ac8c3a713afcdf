/** What calls the agent when he looks elsewhere: the number in the title, a sound, a notification of the browser. */
import { watch } from "vue";
import { attention } from "../../app/attention";
import { chime } from "../../app/chime";
import type { Preferences } from "../../app/preferences";
import { say } from "../../words";
import type { Desk } from "./desk";
import { plainLine } from "./say-line";
import type { Message, Row } from "./shapes";

/** Several lines at once make one sound. */
const QUIET = 1_500;

export function keepAttention(desk: Desk, preferences: Preferences, open: (id: string) => void): () => void {
  let last = 0;
  const unwatch = watch(desk.list.unread, (count) => (attention.unread = count), { immediate: true });
  const unhear = desk.live.on("event", (frame) => {
    const row = frame.put?.conversation as unknown as Row | undefined;
    const message = frame.put?.message as unknown as Message | undefined;
    if (!row || !concerns(desk, row, message, frame.kind)) return;
    const away = document.hidden || !document.hasFocus();
    if (!away && desk.threads.open === row.id) return;
    if (preferences.sound && Date.now() - last > QUIET) {
      last = Date.now();
      chime(preferences.volume);
    }
    if (preferences.notifications && away) notify(row, message, open);
  });
  return () => {
    unwatch();
    unhear();
    attention.unread = 0;
  };
}

/** A customer's line in a conversation of mine, or a new one that was given to me. */
function concerns(desk: Desk, row: Row, message: Message | undefined, kind: string): boolean {
  if (row.assignee !== desk.me.id || row.state !== "open") return false;
  if (message) return message.sender === "customer";
  return kind === "conversation.assigned" || kind === "conversation.transferred";
}

export function askForNotices(): void {
  if (typeof Notification !== "undefined" && Notification.permission === "default")
    void Notification.requestPermission();
}

function notify(row: Row, message: Message | undefined, open: (id: string) => void): void {
  if (typeof Notification === "undefined" || Notification.permission !== "granted") return;
  const body = message ? plainLine(message, say) : say("chat.noticeNew");
  const notice = new Notification(row.name, { body, tag: row.id, silent: true });
  notice.onclick = () => {
    window.focus();
    open(row.id);
    notice.close();
  };
}
