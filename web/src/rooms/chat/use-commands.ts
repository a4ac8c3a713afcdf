import { useI18n } from "vue-i18n";
import { useCommands } from "../../ui/keys";

/** What the keys of the workbench do; the palette and the key map read the same list. */
export interface KeyActs {
  nextWaiting(): void;
  step(by: number): void;
  search(): void;
  focus(): void;
  note(): void;
  quote(): void;
  recall(): void;
  transfer(): void;
  end(): void;
  take(): void;
  star(): void;
  panel(): void;
  list(): void;
  latest(): void;
  isOpen(): boolean;
  isServed(): boolean;
}

export function useKeys(acts: KeyActs): void {
  const { t } = useI18n();
  const group = () => t("chat.keys.group");
  const command = (
    name: string,
    chord: string | null,
    run: () => void,
    more: { when?: () => boolean; words?: string } = {},
  ) => ({
    id: `chat.${name}`,
    group,
    title: () => t(`chat.keys.${name}`),
    chord,
    run,
    ...more,
  });
  const open = { when: acts.isOpen };
  const served = { when: acts.isServed };
  useCommands(
    command("next", "Alt+KeyN", acts.nextWaiting, { words: "xiayige dengdai next waiting" }),
    command("down", "Alt+ArrowDown", () => acts.step(1)),
    command("up", "Alt+ArrowUp", () => acts.step(-1)),
    command("search", "Alt+KeyS", acts.search, { words: "sousuo search find" }),
    command("focus", "Alt+KeyI", acts.focus, { ...open, words: "shuru input" }),
    command("note", "Alt+KeyM", acts.note, { ...open, words: "beizhu note" }),
    command("quote", "Alt+KeyQ", acts.quote, open),
    command("recall", "Alt+KeyZ", acts.recall, { ...open, words: "chehui recall" }),
    command("take", "Alt+KeyJ", acts.take, { ...open, words: "jieshou take" }),
    command("transfer", "Alt+KeyT", acts.transfer, { ...served, words: "zhuanjie transfer" }),
    command("end", "Alt+KeyX", acts.end, { ...served, words: "jieshu end close" }),
    command("star", "Alt+KeyB", acts.star, open),
    command("latest", "Alt+End", acts.latest, open),
    command("panel", "Alt+Period", acts.panel, { words: "mianban panel" }),
    command("list", "Alt+KeyL", acts.list),
  );
}
