import type { Ref } from "vue";
import { useI18n } from "vue-i18n";
import { useSource } from "../../ui/palette";
import { toast } from "../../ui/toast";
import { useActsOf } from "./acts";
import type { Desk } from "./desk";
import { nextWaiting } from "./listing";
import { lastOwn, recall } from "./recall";
import { plainLine } from "./say-line";
import type { Row } from "./shapes";
import { useKeys } from "./use-commands";

interface Chat {
  focus(): void;
  toggleNote(): void;
  quoteLast(): void;
  latest(): void;
}

interface Bench {
  desk: Desk;
  row: Readonly<Ref<Row | undefined>>;
  chat: Readonly<Ref<Chat | null>>;
  open(id: string): void;
  search(): void;
  transfer(): void;
  panel(): void;
  list(): void;
}

/** The keys and the palette of the workbench. */
export function useWorkbench({ desk, row, chat, open, ...bench }: Bench) {
  const { t } = useI18n();
  const acts = useActsOf(desk);
  const withRow = (act: (id: string) => void) => () => row.value && act(row.value.id);

  function next(): void {
    const id = nextWaiting(desk.list.rows(), desk.list.looker(), row.value?.id ?? null);
    if (id) open(id);
    else toast.info(t("chat.nobody.waits"));
  }

  function step(by: number): void {
    const ids = desk.list.ids.value;
    const at = row.value ? ids.indexOf(row.value.id) : -1;
    const id = ids[at < 0 ? 0 : at + by];
    if (id) open(id);
  }

  async function end(id: string): Promise<void> {
    await acts.end(id);
  }

  useKeys({
    nextWaiting: next,
    step,
    search: bench.search,
    focus: () => chat.value?.focus(),
    note: () => chat.value?.toggleNote(),
    quote: () => chat.value?.quoteLast(),
    recall: withRow((id) => {
      const last = lastOwn(desk, id);
      if (last) void recall(desk, last);
      else toast.info(t("chat.message.nothingToRecall"));
    }),
    transfer: bench.transfer,
    end: withRow((id) => void end(id)),
    take: withRow((id) => void acts.take(id)),
    star: withRow((id) => void acts.star(id)),
    latest: () => chat.value?.latest(),
    panel: bench.panel,
    list: bench.list,
    isOpen: () => row.value !== undefined,
    isServed: () => row.value?.state === "open",
  });

  useSource((query) => {
    if (!query) return [];
    const words = query.toLowerCase();
    const found: Row[] = [];
    for (const one of desk.list.rows()) {
      if (one.state === "open" && one.name.toLowerCase().includes(words)) found.push(one);
      if (found.length >= 12) break;
    }
    return found.map((one) => ({
      id: one.id,
      group: t("chat.list.title"),
      title: one.name,
      detail: one.last ? plainLine(one.last, t).slice(0, 40) : "",
      run: () => open(one.id),
    }));
  });

  return { end };
}
