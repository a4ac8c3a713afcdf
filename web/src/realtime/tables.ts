/**
 * The client's store: tables of records, each with the event number `n` it came with.
 *
 * Laws: a put applies only when it is newer than what is held; `gone` leaves a mark, so that a late, older put (an HTTP
 * answer that was on its way) cannot bring the record back. Framework-free: listeners are called per record and, once
 * per batch, per table. Records are replaced, never changed in place, so identity tells whether something changed.
 */
import type { Stored } from "./frames";

type Listener = () => void;
type TableListener = (ids: ReadonlySet<string>) => void;

interface Entry {
  n: number;
  record: Stored | null;
}

/** How many marks of removed records a table keeps; older ones are beyond any answer still on its way. */
const GRAVES = 2000;

export class Table {
  private readonly entries = new Map<string, Entry>();
  private readonly byId = new Map<string, Set<Listener>>();
  private readonly whole = new Set<TableListener>();
  private readonly graves: string[] = [];
  private touched = new Set<string>();
  private live = 0;

  get<T = Stored>(id: string): T | undefined {
    return (this.entries.get(id)?.record ?? undefined) as T | undefined;
  }

  get size(): number {
    return this.live;
  }

  *ids(): IterableIterator<string> {
    for (const [id, entry] of this.entries) if (entry.record) yield id;
  }

  *records<T = Stored>(): IterableIterator<T> {
    for (const entry of this.entries.values()) if (entry.record) yield entry.record as T;
  }

  /** True when the record was taken: nothing newer was held. An equal n repeats the same fact and is taken. */
  put(id: string, record: Stored, n: number): boolean {
    const held = this.entries.get(id);
    if (held && held.n > n) return false;
    if (!held?.record) this.live += 1;
    this.entries.set(id, { n, record });
    this.touched.add(id);
    return true;
  }

  remove(id: string, n: number): boolean {
    const held = this.entries.get(id);
    if (held && held.n > n) return false;
    if (held?.record) this.live -= 1;
    this.entries.set(id, { n, record: null });
    this.bury(id);
    this.touched.add(id);
    return true;
  }

  /**
   * Shows a change before the server has confirmed it: the record keeps its number, so that the true one replaces it.
   * Returns the way back, which does nothing once something newer has come.
   */
  guess(id: string, change: Stored): () => void {
    const held = this.entries.get(id);
    if (!held?.record) return () => undefined;
    const guessed = { n: held.n, record: { ...held.record, ...change } };
    const show = (entry: Entry) => {
      this.entries.set(id, entry);
      this.touched.add(id);
      this.flush();
    };
    show(guessed);
    return () => {
      if (this.entries.get(id) === guessed) show(held);
    };
  }

  /** Drops records without a mark: the memory is wanted back, the record may return. */
  forget(ids: Iterable<string>): void {
    for (const id of ids) {
      if (this.entries.get(id)?.record) this.live -= 1;
      this.entries.delete(id);
      this.touched.add(id);
    }
  }

  /** A snapshot as of `n` replaces everything that is not newer than it. */
  load(records: ReadonlyMap<string, Stored>, n: number): void {
    for (const [id, entry] of this.entries) {
      if (entry.record && entry.n <= n && !records.has(id)) this.remove(id, n);
    }
    for (const [id, record] of records) this.put(id, record, n);
  }

  onRecord(id: string, listener: Listener): () => void {
    const set = this.byId.get(id) ?? new Set();
    this.byId.set(id, set.add(listener));
    return () => {
      set.delete(listener);
      if (set.size === 0 && this.byId.get(id) === set) this.byId.delete(id);
    };
  }

  onChange(listener: TableListener): () => void {
    this.whole.add(listener);
    return () => this.whole.delete(listener);
  }

  /** Tells the listeners what has changed since the last time. */
  flush(): void {
    if (this.touched.size === 0) return;
    const ids = this.touched;
    this.touched = new Set();
    for (const listener of [...this.whole]) listener(ids);
    for (const id of ids) for (const listener of [...(this.byId.get(id) ?? [])]) listener();
  }

  private bury(id: string): void {
    this.graves.push(id);
    if (this.graves.length <= GRAVES) return;
    const oldest = this.graves.shift() as string;
    if (this.entries.get(oldest)?.record === null) this.entries.delete(oldest);
  }
}

/** The key of a record: most have an `id`; a message is known by its conversation and place. */
export function keyOf(record: Stored): string {
  if (typeof record.id === "string") return record.id;
  return `${String(record.conversation)}/${String(record.seq)}`;
}

export class Tables {
  private readonly tables = new Map<string, Table>();

  table(name: string): Table {
    let table = this.tables.get(name);
    if (!table) {
      table = new Table();
      this.tables.set(name, table);
    }
    return table;
  }

  get<T = Stored>(name: string, id: string): T | undefined {
    return this.tables.get(name)?.get<T>(id);
  }

  /** One change: every part is a full record, every `gone` names a record as "table:id". */
  apply(n: number, put: Record<string, Stored> = {}, gone: readonly string[] = []): void {
    for (const [name, record] of Object.entries(put)) this.table(name).put(keyOf(record), record, n);
    for (const reference of gone) {
      const cut = reference.indexOf(":");
      if (cut > 0) this.table(reference.slice(0, cut)).remove(reference.slice(cut + 1), n);
    }
    this.flush();
  }

  /** A snapshot of some tables as of `n`; tables it does not name stay as they are. */
  load(n: number, tables: Record<string, readonly Stored[]>): void {
    for (const [name, records] of Object.entries(tables)) {
      this.table(name).load(new Map(records.map((record) => [keyOf(record), record])), n);
    }
    this.flush();
  }

  /** Several records of one table, as an answer over HTTP brings them. */
  merge(name: string, records: readonly Stored[], n: number): void {
    const table = this.table(name);
    for (const record of records) table.put(keyOf(record), record, n);
    table.flush();
  }

  clear(): void {
    for (const table of this.tables.values()) {
      table.forget([...table.ids()]);
      table.flush();
    }
  }

  private flush(): void {
    for (const table of this.tables.values()) table.flush();
  }
}
