/** Which conversations a person looks at and in which order: pure functions of rows, marks and the present moment. */
import { type Mark, type Row, unreadOf } from "./shapes";

export const FILTERS = ["mine", "queue", "group", "all", "starred", "snoozed", "ended"] as const;
export const SORTS = ["waiting", "last", "unanswered"] as const;
export type Filter = (typeof FILTERS)[number];
export type Sort = (typeof SORTS)[number];

export interface Looker {
  me: string;
  groups: ReadonlySet<string>;
  now: number;
  mark(id: string): Mark | undefined;
}

export interface Wish {
  filter: Filter;
  sort: Sort;
  label: string | null;
}

export interface Listing {
  ids: string[];
  counts: Record<Filter, number>;
  /** Conversations of mine with something unread: the number in the title. */
  unread: number;
}

const sleeps = (row: Row, now: number) => row.snoozed_until !== null && row.snoozed_until > now;

/** A snoozed conversation whose customer writes again is awake: it must not be slept through. */
export function isSnoozed(row: Row, now: number): boolean {
  return sleeps(row, now) && unreadOf(row) === 0;
}

const RULES: Record<Exclude<Filter, "ended">, (row: Row, looker: Looker) => boolean> = {
  mine: (row, { me, now }) => row.assignee === me && !isSnoozed(row, now),
  queue: (row) => row.assignee === null,
  group: (row, { groups, me }) => row.assignee !== me && row.group !== null && groups.has(row.group),
  all: () => true,
  starred: (row, { mark }) => mark(row.id)?.starred === true,
  snoozed: (row, { me, now }) => row.assignee === me && isSnoozed(row, now),
};
const OPEN_FILTERS = Object.keys(RULES) as Exclude<Filter, "ended">[];

/** One pass over all rows: what stands in the wished list, in order, and how many stand in each. */
export function listing(rows: Iterable<Row>, wish: Wish, looker: Looker): Listing {
  const counts = { mine: 0, queue: 0, group: 0, all: 0, starred: 0, snoozed: 0, ended: 0 };
  const kept: Row[] = [];
  let unread = 0;
  for (const row of rows) {
    if (row.state === "ended") {
      if (wish.filter === "ended") kept.push(row);
      continue;
    }
    if (row.assignee === looker.me && unreadOf(row) > 0) unread += 1;
    for (const filter of OPEN_FILTERS) {
      if (!RULES[filter](row, looker)) continue;
      counts[filter] += 1;
      if (filter === wish.filter) kept.push(row);
    }
  }
  const labelled = wish.label === null ? kept : kept.filter((row) => row.labels.includes(wish.label as string));
  return { ids: inOrder(labelled, wish, looker), counts, unread };
}

const byLast = (a: Row, b: Row) => b.last_at - a.last_at || (a.id < b.id ? -1 : 1);
const byWaiting = (a: Row, b: Row) =>
  (a.waiting_since ?? Number.POSITIVE_INFINITY) - (b.waiting_since ?? Number.POSITIVE_INFINITY) || 0;

const ORDERS: Record<Sort, (a: Row, b: Row) => number> = {
  last: byLast,
  waiting: (a, b) => byWaiting(a, b) || byLast(a, b),
  unanswered: (a, b) => b.unanswered - a.unanswered || byWaiting(a, b) || byLast(a, b),
};

function inOrder(rows: Row[], wish: Wish, { mark }: Looker): string[] {
  const order = wish.filter === "ended" ? byLast : ORDERS[wish.sort];
  const pinned = rows.filter((row) => mark(row.id)?.pinned);
  const rest = pinned.length > 0 ? rows.filter((row) => !mark(row.id)?.pinned) : rows;
  return [...pinned.sort(order), ...rest.sort(order)].map((row) => row.id);
}

/**
 * The one who waits longest among mine, then in the queue. Standing at one who waits (`after`), the key walks on to the
 * next of that order and begins anew at its end; null when nobody else waits.
 */
export function nextWaiting(rows: Iterable<Row>, looker: Looker, after: string | null): string | null {
  const waiting = [...rows].filter(
    (row) => row.state === "open" && row.waiting_since !== null && !isSnoozed(row, looker.now),
  );
  const mine = waiting.filter((row) => row.assignee === looker.me).sort(byWaiting);
  const queue = waiting.filter((row) => row.assignee === null).sort(byWaiting);
  const order = [...mine, ...queue].map((row) => row.id);
  const next = order[(order.indexOf(after ?? "") + 1) % order.length] ?? null;
  return next === after ? null : next;
}

/** Minutes that tint a waiting time: calm, warm, alarming. */
export function waitingTint(ms: number): 1 | 2 | 3 {
  if (ms >= 180_000) return 3;
  return ms >= 60_000 ? 2 : 1;
}
