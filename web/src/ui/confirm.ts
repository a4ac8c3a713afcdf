import { shallowRef } from "vue";

/** Asking before something that cannot be taken back: `if (await confirm({…}))`. */
export interface Question {
  title: string;
  text?: string;
  /** The verb of the act itself (结束会话), never 确定. */
  yes: string;
  danger?: boolean;
}

export const asked = shallowRef<(Question & { answer: (yes: boolean) => void }) | null>(null);

/** Resolves to true only when the person chose the act. A newer question answers an older one with no. */
export function confirm(question: Question): Promise<boolean> {
  asked.value?.answer(false);
  return new Promise((resolve) => {
    const answer = (yes: boolean) => {
      asked.value = null;
      resolve(yes);
    };
    asked.value = { ...question, answer };
  });
}
