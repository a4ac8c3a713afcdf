/**
 * The list on the left as it stands on the screen. It is computed anew, at most a few times a second, when a record that
 * matters changed; while somebody's hand is on it the order is held still and what changed is counted instead.
 */
import { shallowRef } from "vue";
import type { Tables } from "../../realtime/tables";
import { type Listing, type Looker, listing, type Wish } from "./listing";
import type { Mark, Row } from "./shapes";

const PLACE = "zg.chat.list";
const SETTLE = 80;
const SETTLE_LARGE = 300;
const LARGE = 1_500;
/** How long a hand that no longer moves still holds the list. */
const HAND = 2_500;

const nothing: Listing = {
  ids: [],
  counts: { mine: 0, queue: 0, group: 0, all: 0, starred: 0, snoozed: 0, ended: 0 },
  unread: 0,
};

export class ListModel {
  readonly wish = shallowRef<Wish>(storedWish());
  readonly ids = shallowRef<readonly string[]>([]);
  readonly counts = shallowRef(nothing.counts);
  readonly unread = shallowRef(0);
  /** True when the held order differs from the right one. */
  readonly behind = shallowRef(false);
  readonly loaded = shallowRef(false);
  /** The open conversation stays in its place until another is opened, even when it no longer belongs to the list. */
  private kept: string | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private release: ReturnType<typeof setTimeout> | undefined;
  private readonly pulse: ReturnType<typeof setInterval>;
  private heldUntil = 0;
  private readonly undo: (() => void)[];

  constructor(
    private readonly tables: Tables,
    private readonly me: { id: string; groups: string[] },
  ) {
    this.undo = ["conversation", "mark"].map((name) => tables.table(name).onChange(() => this.later()));
    this.pulse = setInterval(() => this.later(), 20_000);
  }

  stop(): void {
    for (const undo of this.undo) undo();
    clearInterval(this.pulse);
    clearTimeout(this.timer);
    clearTimeout(this.release);
  }

  choose(change: Partial<Wish>): void {
    this.wish.value = { ...this.wish.value, ...change };
    localStorage.setItem(PLACE, JSON.stringify(this.wish.value));
    if (change.filter) this.ids.value = [];
    this.settle();
  }

  /** A snapshot is in: what stands here is now the whole truth, even when it is nothing. */
  arrived(): void {
    this.loaded.value = true;
    this.later();
  }

  keep(id: string | null): void {
    this.kept = id;
    this.later();
  }

  /** A pointer moves over the list, or somebody types: nothing jumps for a moment. */
  hold(ms = HAND): void {
    this.heldUntil = Math.max(this.heldUntil, Date.now() + ms);
    clearTimeout(this.release);
    this.release = setTimeout(() => this.compute(), this.heldUntil - Date.now() + 20);
  }

  /** The right order now, whoever holds it. */
  settle(): void {
    this.heldUntil = 0;
    this.compute();
  }

  looker(): Looker {
    const marks = this.tables.table("mark");
    return {
      me: this.me.id,
      groups: new Set(this.me.groups),
      now: Date.now(),
      mark: (id) => marks.get<Mark>(id),
    };
  }

  rows(): IterableIterator<Row> {
    return this.tables.table("conversation").records<Row>();
  }

  private later(): void {
    if (this.timer !== undefined) return;
    const wait = this.tables.table("conversation").size > LARGE ? SETTLE_LARGE : SETTLE;
    this.timer = setTimeout(() => this.compute(), this.ids.value.length > 0 ? wait : 0);
  }

  private compute(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const fresh = listing(this.rows(), this.wish.value, this.looker());
    this.counts.value = fresh.counts;
    this.unread.value = fresh.unread;
    const ids = this.withKept(fresh.ids);
    const differs = !equal(ids, this.ids.value);
    this.behind.value = differs && this.ids.value.length > 0 && Date.now() < this.heldUntil;
    if (differs && !this.behind.value) this.ids.value = ids;
  }

  private withKept(ids: string[]): string[] {
    const place = this.kept === null ? -1 : this.ids.value.indexOf(this.kept);
    if (place < 0 || ids.includes(this.kept as string)) return ids;
    return ids.toSpliced(Math.min(place, ids.length), 0, this.kept as string);
  }
}

function equal(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((id, i) => id === b[i]);
}

function storedWish(): Wish {
  const usual: Wish = { filter: "mine", sort: "waiting", label: null };
  try {
    return { ...usual, ...(JSON.parse(localStorage.getItem(PLACE) ?? "{}") as Partial<Wish>), label: null };
  } catch {
    return usual;
  }
}
