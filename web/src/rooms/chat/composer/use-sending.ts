import type { Ref } from "vue";
import { pieces } from "../../../ui/emoticons/names";
import { useDesk } from "../desk";
import { noteDraft } from "../drafts";
import type { Kind, Message } from "../shapes";
import { bodyOf, type useAttachments } from "./use-attachments";

interface Parts {
  text: Ref<string>;
  quote: Ref<Message | null>;
  note: Ref<boolean>;
  attachments: ReturnType<typeof useAttachments>;
}

/** A product or an order picked beside the text. */
export interface Card {
  kind: "product" | "order" | "nudge";
  id: string;
  body: Record<string, unknown>;
}

/** Hands what was written to the outbox: files first, in order, then the words. */
export function useSending(conversation: () => string, { text, quote, note, attachments }: Parts) {
  const desk = useDesk();

  function post(kind: Kind, more: Record<string, unknown>, preview?: unknown): void {
    desk.live.post({ conversation: conversation(), kind, ...more }, preview);
  }

  function sendText(): void {
    const words = text.value.replace(/\s+$/u, "");
    if (!words.trim()) return;
    const [only, second] = pieces(words);
    const alone = only !== undefined && "emoticon" in only && second === undefined;
    const kind: Kind = note.value ? "note" : alone ? "emoticon" : "text";
    const place = quote.value ? { conversation: quote.value.conversation, seq: quote.value.seq } : undefined;
    post(kind, { text: words, ...(place ? { quote: place } : {}) });
    text.value = "";
    quote.value = null;
  }

  function send(): void {
    if (!note.value) for (const view of attachments.takeReady()) post(view.kind, { file: view.id }, bodyOf(view));
    sendText();
    desk.typing.tell(conversation(), false);
    desk.drafts.set(note.value ? noteDraft(conversation()) : conversation(), text.value);
    desk.drafts.flush();
  }

  function sendCard(card: Card): void {
    post(card.kind, card.kind === "nudge" ? {} : { [card.kind]: card.id }, card.body);
  }

  return { send, sendCard };
}
