/** What a person does with a conversation: shown at once, taken back with a word when the server refuses. */
import { useI18n } from "vue-i18n";
import { complain } from "../../app/trouble";
import type { Stored } from "../../realtime/frames";
import { toast } from "../../ui/toast";
import { type Desk, useDesk } from "./desk";
import { requests } from "./requests";
import type { Mark, Row } from "./shapes";

async function shownAtOnce(desk: Desk, table: string, id: string, change: Stored, ask: () => Promise<unknown>) {
  const back = desk.live.tables.table(table).guess(id, change);
  try {
    await ask();
    return true;
  } catch (error) {
    back();
    complain(error);
    return false;
  }
}

export const useActs = () => useActsOf(useDesk());

export function useActsOf(desk: Desk) {
  const { t } = useI18n();
  const row = (id: string, change: Partial<Row>, ask: () => Promise<unknown>) =>
    shownAtOnce(desk, "conversation", id, change, ask);

  function mark(id: string, change: Partial<Omit<Mark, "id">>): Promise<boolean> {
    const marks = desk.live.tables.table("mark");
    if (!marks.get(id)) {
      marks.put(id, { id, pinned: false, starred: false }, 0);
    }
    return shownAtOnce(desk, "mark", id, change, () => requests.mark(id, change));
  }

  /** Ends at once; a moment is left to think better of it. */
  async function end(id: string): Promise<boolean> {
    const name = desk.row(id)?.name ?? "";
    const done = await row(id, { state: "ended", ended_at: Date.now() }, () => requests.end(id));
    if (done) {
      const action = { label: t("chat.acts.undo"), run: () => void reopen(id) };
      toast.success(t("chat.acts.ended", { name }), { action, stay: 6_000 });
    }
    return done;
  }

  const take = (id: string) => row(id, { assignee: desk.me.id }, () => requests.take(id));
  const reopen = (id: string) =>
    row(id, { state: "open", ended_at: null }, async () => {
      const fresh = await requests.reopen(id);
      if (fresh?.id) desk.live.tables.merge("conversation", [{ ...fresh }], desk.live.connection.number ?? 0);
    });
  const label = (id: string, labels: string[]) => row(id, { labels }, () => requests.label(id, labels));
  const snooze = (id: string, until: number | null) =>
    row(id, { snoozed_until: until }, () => requests.snooze(id, until));
  const pin = (id: string) => mark(id, { pinned: !desk.live.tables.get<Mark>("mark", id)?.pinned });
  const star = (id: string) => mark(id, { starred: !desk.live.tables.get<Mark>("mark", id)?.starred });

  return { end, take, reopen, label, snooze, pin, star };
}

/** The usual times to be reminded: in an hour, this evening, tomorrow morning, next Monday. */
export function snoozeTimes(now: number): { key: string; until: number }[] {
  const at = (days: number, hour: number) => {
    const date = new Date(now);
    date.setDate(date.getDate() + days);
    return date.setHours(hour, 0, 0, 0);
  };
  const monday = (8 - new Date(now).getDay()) % 7 || 7;
  const times = [
    { key: "half", until: now + 30 * 60_000 },
    { key: "hours", until: now + 2 * 3_600_000 },
    { key: "evening", until: at(0, 19) },
    { key: "tomorrow", until: at(1, 9) },
    { key: "monday", until: at(monday, 9) },
  ];
  return times.filter((time) => time.until > now + 10 * 60_000);
}
