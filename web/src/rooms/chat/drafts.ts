/**
 * What somebody has begun to write, per conversation: on the device at once, on the server a moment later, so that it
 * also waits on the next device. The newer one wins; while a composer is open its own text stays.
 */
import type { LiveSession } from "../../realtime/live";
import type { ServerDraft } from "./shapes";

/** The server hears when the hand rests; the device keeps it much sooner. */
const QUIET = 800;
const KEEP = 150;
const KEPT = 300;

const NOTE = "#note";

/** Where a note that is being written waits: apart from the reply, so that it can never be taken for one; this device only. */
export const noteDraft = (conversation: string): string => `${conversation}${NOTE}`;

interface Own {
  text: string;
  at: number;
  /** Still to be told to the server. */
  unsent: boolean;
}

export class Drafts {
  private readonly own: Map<string, Own>;
  private readonly listeners = new Map<string, Set<() => void>>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private keeping: ReturnType<typeof setTimeout> | undefined;
  private readonly place: string;

  constructor(
    private readonly live: LiveSession,
    person: string,
    private readonly storage: Storage,
  ) {
    this.place = `zg.drafts.${person}`;
    this.own = new Map(Object.entries(this.read()));
    live.on("ready", () => this.tell());
    live.tables.table("draft").onChange((ids) => {
      for (const id of ids) this.changed(id);
    });
  }

  get(id: string): string {
    const own = this.own.get(id);
    const theirs = this.live.tables.get<ServerDraft>("draft", id);
    if (own && (!theirs || own.unsent || own.at >= theirs.at)) return own.text;
    return theirs?.text ?? "";
  }

  set(id: string, text: string): void {
    if (text === this.get(id)) return;
    this.own.delete(id);
    this.own.set(id, { text, at: Date.now(), unsent: !id.endsWith(NOTE) });
    this.changed(id);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), QUIET);
    this.keeping ??= setTimeout(() => this.write(), KEEP);
  }

  /** Writes down and tells what is still to be told; called when the page goes away, too. */
  flush(): void {
    clearTimeout(this.timer);
    this.tell();
    this.write();
  }

  onChange(id: string, listener: () => void): () => void {
    const set = this.listeners.get(id) ?? new Set();
    this.listeners.set(id, set.add(listener));
    return () => set.delete(listener);
  }

  private tell(): void {
    for (const [id, own] of this.own) {
      if (own.unsent && this.live.signal({ t: "draft", conversation: id, text: own.text })) own.unsent = false;
    }
  }

  private changed(id: string): void {
    for (const listener of this.listeners.get(id) ?? []) listener();
  }

  private write(): void {
    clearTimeout(this.keeping);
    this.keeping = undefined;
    for (const [id, own] of this.own) if (!own.text && !own.unsent) this.own.delete(id);
    const latest = [...this.own].slice(-KEPT);
    try {
      this.storage.setItem(this.place, JSON.stringify(Object.fromEntries(latest)));
    } catch {
      // A full storage: the server still keeps the draft.
    }
  }

  private read(): Record<string, Own> {
    try {
      return JSON.parse(this.storage.getItem(this.place) ?? "{}") as Record<string, Own>;
    } catch {
      return {};
    }
  }
}
