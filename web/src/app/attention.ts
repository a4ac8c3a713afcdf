import { reactive, watchEffect } from "vue";
import { say } from "../words";

/** What a room may ask of the shell: a count on the rail and in the title, and the whole phone screen. */
export const attention = reactive({
  /** Conversations with something unread: seal on the rail, number in the title. */
  unread: 0,
  /** On a phone: hide the bottom bar (a conversation is open). */
  whole: false,
  /** What stands in the title beside the house's name. */
  page: "",
});

/** Keeps the browser's title true: `(3) 设置 · 掌柜`. */
export function keepTitle(): void {
  watchEffect(() => {
    const count = attention.unread > 0 ? `(${attention.unread}) ` : "";
    const page = attention.page ? `${attention.page} · ` : "";
    document.title = `${count}${page}${say("app.house")}`;
  });
}
