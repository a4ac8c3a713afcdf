import { computed, ref } from "vue";
import { toast } from "../ui/toast";
import { say } from "../words";
import { ApiError } from "./http";

/** What went wrong, in the person's language. */
export function wordsOf(error: unknown): string {
  return error instanceof ApiError ? error.message : say("app.errors.failed");
}

/** Shows a failure where no field can carry it. A session that is over shows itself. */
export function complain(error: unknown): void {
  if (error instanceof ApiError && error.status === 401) return;
  if (!(error instanceof ApiError)) reportError(error);
  toast.error(wordsOf(error));
}

/**
 * One task with its pending state and its refusal: `const saving = useTask(["name"])`. A refusal that names one of the
 * `fields` stands at that field (`saving.at("name")`), any other in `saving.error` (or as a toast when `quiet` is not set).
 */
export function useTask(fields: readonly string[] = [], shown: "toast" | "here" = "toast") {
  const busy = ref(false);
  const refusal = ref<{ field: string | null; text: string; code: string } | null>(null);

  async function run<T>(task: () => Promise<T>): Promise<T | undefined> {
    if (busy.value) return undefined;
    busy.value = true;
    refusal.value = null;
    try {
      return await task();
    } catch (error) {
      refuse(error);
      return undefined;
    } finally {
      busy.value = false;
    }
  }

  function refuse(error: unknown): void {
    const field = error instanceof ApiError && error.field && fields.includes(error.field) ? error.field : null;
    refusal.value = { field, text: wordsOf(error), code: error instanceof ApiError ? error.code : "" };
    if (!field && shown === "toast") complain(error);
  }

  const at = (field: string): string => (refusal.value?.field === field ? refusal.value.text : "");
  const error = computed(() => (refusal.value && !refusal.value.field ? refusal.value.text : ""));
  const code = computed(() => refusal.value?.code ?? "");
  const clear = (): void => {
    refusal.value = null;
  };
  return { busy, run, at, error, code, clear };
}

/** Something to be loaded for a page: `value`, `failed` (words) and `load()`; a late answer never replaces a newer one. */
export function useLoad<T>(task: () => Promise<T>) {
  const value = ref<T>();
  const failed = ref("");
  let asked = 0;

  async function load(): Promise<void> {
    asked += 1;
    const mine = asked;
    failed.value = "";
    try {
      const got = await task();
      if (mine === asked) value.value = got;
    } catch (error) {
      if (mine === asked) failed.value = wordsOf(error);
    }
  }
  return { value, failed, load };
}
