import { onScopeDispose, type Ref, ref, watch } from "vue";
import { wordsOf } from "../../../app/trouble";
import { useDesk } from "../desk";
import { requests } from "../requests";

/** Ended conversations do not stand in the snapshot: they are fetched page by page when somebody looks at them. */
export function useEnded(wanted: Readonly<Ref<boolean>>) {
  const { live } = useDesk();
  const loading = ref(false);
  const failed = ref("");
  let cursor: string | null = null;
  let done = false;

  async function more(): Promise<void> {
    if (!wanted.value || loading.value || done) return;
    loading.value = true;
    failed.value = "";
    try {
      const page = await requests.ended(cursor);
      live.tables.merge(
        "conversation",
        page.items.map((row) => ({ ...row })),
        0,
      );
      cursor = page.next;
      done = page.next === null;
    } catch (error) {
      failed.value = wordsOf(error);
    } finally {
      loading.value = false;
    }
  }

  function begin(): void {
    cursor = null;
    done = false;
    void more();
  }

  watch(
    wanted,
    (now) => {
      if (now) begin();
    },
    { immediate: true },
  );
  /** A snapshot holds the open ones only and clears the rest away. */
  onScopeDispose(
    live.on("loaded", () => {
      if (wanted.value) begin();
    }),
  );
  return { loading, failed, more };
}
