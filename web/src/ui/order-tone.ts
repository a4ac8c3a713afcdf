import type { Tone } from "./Tag.vue";

/** The colour an order's state has on every screen: what wants an eye is warm, what runs is cool, what is over is plain. */
export function orderTone(state: string): Tone {
  const tones: Record<string, Tone> = {
    placed: "warning",
    paid: "accent",
    shipped: "info",
    completed: "success",
    refunding: "danger",
    refunded: "plain",
    closed: "plain",
  };
  return tones[state] ?? "plain";
}
