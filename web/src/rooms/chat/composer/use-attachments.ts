/** Files laid beside the text: uploaded while one looks at them, sent in order when one says so. */
import { onScopeDispose, shallowReactive, shallowRef, triggerRef } from "vue";
import { wordsOf } from "../../../app/trouble";
import { requests } from "../requests";
import type { FileView } from "../shapes";

export interface Attachment {
  key: number;
  file: File;
  /** A picture's local address. */
  url: string | null;
  state: "uploading" | "ready" | "failed";
  problem: string;
  view: FileView | null;
}

export const MOST_FILES = 9;
let last = 0;

export function useAttachments(conversation: () => string) {
  const list = shallowRef<Attachment[]>([]);

  function add(files: Iterable<File>): void {
    for (const file of files) {
      if (list.value.length >= MOST_FILES) return;
      last += 1;
      const url = file.type.startsWith("image/") ? URL.createObjectURL(file) : null;
      const one = shallowReactive<Attachment>({ key: last, file, url, state: "uploading", problem: "", view: null });
      list.value = [...list.value, one];
      void upload(one);
    }
  }

  async function upload(one: Attachment): Promise<void> {
    one.state = "uploading";
    try {
      one.view = await requests.upload(one.file, conversation());
      one.state = "ready";
    } catch (error) {
      one.problem = wordsOf(error);
      one.state = "failed";
    }
    triggerRef(list);
  }

  function remove(one: Attachment): void {
    if (one.url) URL.revokeObjectURL(one.url);
    list.value = list.value.filter((other) => other !== one);
  }

  /** Takes all ready ones away for sending. */
  function takeReady(): FileView[] {
    const ready = list.value.filter((one) => one.state === "ready");
    for (const one of ready) remove(one);
    return ready.flatMap((one) => (one.view ? [one.view] : []));
  }

  function clear(): void {
    for (const one of list.value) remove(one);
  }

  onScopeDispose(clear);
  return { list, add, remove, again: upload, takeReady, clear };
}

/** What a line shows of a file before the server's own message has come. */
export function bodyOf(view: FileView): Record<string, unknown> {
  const { id, type, name, size, width, height } = view;
  return { file: id, type, name, size, width, height };
}
