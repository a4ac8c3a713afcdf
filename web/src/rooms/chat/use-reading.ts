import { onScopeDispose, type Ref, ref, watch } from "vue";
import { useLinkState } from "../../realtime/vue";
import { useDesk } from "./desk";
import type { Row } from "./shapes";

/**
 * Tells the server how far the customer's lines have been read: only by who serves him, only while the end is in sight
 * of somebody who is there. Told again after a reconnect, because a read mark is not kept in the outbox.
 */
export function useReading(row: () => Row, atEnd: Readonly<Ref<boolean>>): void {
  const { live, me } = useDesk();
  const link = useLinkState();
  const there = ref(isThere());
  const look = () => {
    there.value = isThere();
  };
  for (const name of ["focus", "blur", "visibilitychange"]) addEventListener(name, look, true);
  onScopeDispose(() => {
    for (const name of ["focus", "blur", "visibilitychange"]) removeEventListener(name, look, true);
  });

  watch(
    () => [row().last_seq, row().desk_read, row().assignee, atEnd.value, there.value, link.value] as const,
    ([last, read, assignee, end, present, state]) => {
      if (last <= read || assignee !== me.id || !end || !present || state !== "live") return;
      live.signal({ t: "read", conversation: row().id, seq: last });
    },
    { immediate: true },
  );
}

function isThere(): boolean {
  return document.visibilityState === "visible" && document.hasFocus();
}
