/** What calls the agent when he looks elsewhere: the number in the title, a sound, a notification of the browser. */
import { shallowRef, watch } from "vue";
import { attention } from "../../app/attention";
import { chime } from "../../app/chime";
import type { Preferences } from "../../app/preferences";
import type { EventFrame } from "../../realtime/frames";
import { say } from "../../words";
import type { Desk } from "./desk";
import { plainLine } from "./say-line";
import type { Message, Row } from "./shapes";

/** Several lines at once make one sound. */
const QUIET = 1_500;

/** Tells which changes concern a person: a customer's line in a conversation of his, or one that becomes his. */
export class Concern {
  private mine = new Set<string>();

  constructor(private readonly me: string) {}

  /** A snapshot is in: what is mine now is no news. */
  begin(rows: Iterable<Row>): void {
    this.mine = new Set([...rows].filter((row) => this.owns(row)).map((row) => row.id));
  }

  /** The row when the change concerns the person, else null. */
  of(frame: EventFrame): { row: Row; message: Message | undefined } | null {
    const row = frame.put?.conversation as unknown as Row | undefined;
    if (!row) return null;
    const was = this.mine.has(row.id);
    const is = this.owns(row);
    if (is) this.mine.add(row.id);
    else this.mine.delete(row.id);
    const message = frame.put?.message as unknown as Message | undefined;
    const spoken = message?.sender === "customer";
    return is && (spoken || !was) ? { row, message: spoken ? message : undefined } : null;
  }

  private owns(row: Row): boolean {
    return row.assignee === this.me && row.state === "open";
  }
}

export function keepAttention(desk: Desk, preferences: Preferences, open: (id: string) => void): () => void {
  let last = 0;
  const concern = new Concern(desk.me.id);
  concern.begin(desk.list.rows());
  const undo = [
    watch(desk.list.unread, (count) => (attention.unread = count), { immediate: true }),
    desk.live.on("loaded", () => concern.begin(desk.list.rows())),
    desk.live.on("event", (frame) => {
      const found = concern.of(frame);
      if (found) call(found.row, found.message);
    }),
  ];

  function call(row: Row, message: Message | undefined): void {
    const away = document.hidden || !document.hasFocus();
    if (!away && desk.threads.open === row.id) return;
    if (preferences.sound && Date.now() - last > QUIET) {
      last = Date.now();
      chime(preferences.volume);
    }
    if (preferences.notifications && away) notify(row, message, open);
  }

  return () => {
    for (const one of undo) one();
    attention.unread = 0;
  };
}

/** What the browser says: it has to be asked once, by a hand on the page. */
export const noticesAllowed = shallowRef(typeof Notification === "undefined" ? "denied" : Notification.permission);

export async function askForNotices(): Promise<void> {
  if (noticesAllowed.value === "default") noticesAllowed.value = await Notification.requestPermission();
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
