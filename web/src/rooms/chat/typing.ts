/** Who is writing: theirs fades by itself when no more signals come, ours is told at most every few seconds. */
import { shallowReactive } from "vue";
import type { LiveSession } from "../../realtime/live";

const FADE = 6_000;
const REPEAT = 3_000;

export interface Writer {
  who: "agent" | "customer";
  name: string;
}

export class Typing {
  /** By conversation. */
  readonly writers = shallowReactive(new Map<string, Writer>());
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
  private told: { conversation: string; at: number } | null = null;

  constructor(private readonly live: LiveSession) {
    live.on("live", (frame) => {
      if (frame.kind !== "typing" || typeof frame.conversation !== "string") return;
      const who = frame.who === "agent" ? "agent" : "customer";
      this.hear(frame.conversation, frame.on === true, { who, name: String(frame.name ?? "") });
    });
    live.on("event", (frame) => {
      const message = frame.put?.message;
      if (message) this.hear(String(message.conversation), false);
    });
  }

  /** The person types (on) or has sent or emptied the field (off). */
  tell(conversation: string, on: boolean): void {
    const lately = this.told?.conversation === conversation && Date.now() - this.told.at < REPEAT;
    if (on ? lately : this.told?.conversation !== conversation) return;
    this.told = on ? { conversation, at: Date.now() } : null;
    this.live.signal({ t: "typing", conversation, on });
  }

  private hear(conversation: string, on: boolean, writer?: Writer): void {
    clearTimeout(this.timers.get(conversation));
    if (!on || !writer) {
      this.writers.delete(conversation);
      return;
    }
    this.writers.set(conversation, writer);
    this.timers.set(
      conversation,
      setTimeout(() => this.writers.delete(conversation), FADE),
    );
  }
}
