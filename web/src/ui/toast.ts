import { shallowReactive } from "vue";

/** Short words that pass: what was done, what failed, perhaps a way back. Never the only place an error stands. */
export interface Toast {
  id: number;
  tone: "success" | "info" | "error";
  text: string;
  action?: { label: string; run: () => void };
}

type Extra = Pick<Toast, "action"> & { stay?: number };

export const toasts = shallowReactive<Toast[]>([]);
const STAY = { success: 3_500, info: 5_000, error: 9_000 };
const LIMIT = 4;
let last = 0;

function show(tone: Toast["tone"], text: string, extra: Extra = {}): number {
  const same = toasts.find((toast) => toast.text === text && toast.tone === tone);
  if (same) dismiss(same.id);
  last += 1;
  const id = last;
  const { stay = STAY[tone], ...rest } = extra;
  toasts.push({ id, tone, text, ...rest });
  if (toasts.length > LIMIT) toasts.shift();
  setTimeout(() => dismiss(id), stay);
  return id;
}

/** Takes a toast away early. */
export function dismiss(id: number): void {
  const index = toasts.findIndex((toast) => toast.id === id);
  if (index >= 0) toasts.splice(index, 1);
}

export const toast = {
  success: (text: string, extra?: Extra) => show("success", text, extra),
  info: (text: string, extra?: Extra) => show("info", text, extra),
  error: (text: string, extra?: Extra) => show("error", text, extra),
};
