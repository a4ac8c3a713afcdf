/**
 * What somebody has begun to write, per conversation: on the device at once, on the server a moment later, so that it
 * also waits on the next device. The newer one wins; while a composer is open its own text stays. Each draft is a
 * storage item of its own, so that two tabs never overwrite each other's.
 */
import type { LiveSession } from "../../realtime/live";
import type { ServerDraft } from "./shapes";

/** The server hears when the hand rests; the device keeps it much sooner. */
const QUIET = 800;
const KEEP = 150;
const OLD = 30 * 86_400_000;
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
  private readonly own = new Map<string, Own>();
  private readonly unkept = new Set<string>();
  private readonly listeners = new Map<string, Set<() => void>>();
  private telling: ReturnType<typeof setTimeout> | undefined;
  private keeping: ReturnType<typeof setTimeout> | undefined;
  private readonly place: string;

  constructor(
    private readonly live: LiveSession,
    person: string,
    private readonly storage: Storage,
  ) {
    this.place = `zg.draft.${person}.`;
    this.read();
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
    this.own.set(id, { text, at: Date.now(), unsent: !id.endsWith(NOTE) });
    this.unkept.add(id);
    this.changed(id);
    clearTimeout(this.telling);
    this.telling = setTimeout(() => this.flush(), QUIET);
    this.keeping ??= setTimeout(() => this.write(), KEEP);
  }

  /** Tells what is still to be told and writes it down; called when the page goes away, too. */
  flush(): void {
    clearTimeout(this.telling);
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
      if (!own.unsent || !this.live.signal({ t: "draft", conversation: id, text: own.text })) continue;
      own.unsent = false;
      this.unkept.add(id);
    }
  }

  private changed(id: string): void {
    for (const listener of this.listeners.get(id) ?? []) listener();
  }

  private write(): void {
    clearTimeout(this.keeping);
    this.keeping = undefined;
    for (const id of this.unkept) {
      const own = this.own.get(id);
      try {
        if (own && (own.text || own.unsent)) this.storage.setItem(this.place + id, JSON.stringify(own));
        else this.storage.removeItem(this.place + id);
      } catch {
        // A full storage: the server still keeps the draft.
      }
    }
    this.unkept.clear();
  }

  private read(): void {
    const keys = Array.from({ length: this.storage.length }, (_, i) => this.storage.key(i) ?? "");
    for (const key of keys.filter((one) => one.startsWith(this.place))) {
      const own = parse(this.storage.getItem(key));
      if (own && own.at > Date.now() - OLD) this.own.set(key.slice(this.place.length), own);
      else this.storage.removeItem(key);
    }
  }
}

function parse(stored: string | null): Own | null {
  try {
    const own = JSON.parse(stored ?? "null") as Own | null;
    return own && typeof own.text === "string" && typeof own.at === "number" ? own : null;
  } catch {
    return null;
  }
}
