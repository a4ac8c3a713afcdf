import { type MaybeRefOrGetter, onScopeDispose, type Ref, ref, toValue, watch } from "vue";
import { useDesk } from "./desk";

/** The draft of a conversation, kept true. */
export function useDraft(id: MaybeRefOrGetter<string>): Readonly<Ref<string>> {
  const { drafts } = useDesk();
  const text = ref("");
  let undo: (() => void) | undefined;
  watch(
    () => toValue(id),
    (now) => {
      undo?.();
      text.value = drafts.get(now);
      undo = drafts.onChange(now, () => {
        text.value = drafts.get(now);
      });
    },
    { immediate: true },
  );
  onScopeDispose(() => undo?.());
  return text;
}
