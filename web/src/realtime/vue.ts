/** The live session for Vue: a component that reads a record is drawn again when that record changes, and only then. */
import {
  type InjectionKey,
  inject,
  type MaybeRefOrGetter,
  onScopeDispose,
  type ShallowRef,
  shallowRef,
  toValue,
  watch,
} from "vue";
import type { LinkState } from "./connection";
import type { LiveSession } from "./live";
import type { Table, Tables } from "./tables";

export const liveKey: InjectionKey<LiveSession> = Symbol("live session");

export function useLive(): LiveSession {
  const live = inject(liveKey);
  if (!live) throw new Error("No live session is provided above this component.");
  return live;
}

export function useTables(): Tables {
  return useLive().tables;
}

/** One record; undefined while there is none. */
export function useRecord<T>(
  name: string,
  id: MaybeRefOrGetter<string | null | undefined>,
): Readonly<ShallowRef<T | undefined>> {
  const table = useTables().table(name);
  const held = shallowRef<T>();
  let undo: (() => void) | undefined;
  const follow = (key: string | null | undefined) => {
    undo?.();
    undo = undefined;
    held.value = key ? table.get<T>(key) : undefined;
    if (key) undo = table.onRecord(key, () => (held.value = table.get<T>(key)));
  };
  watch(() => toValue(id), follow, { immediate: true, flush: "sync" });
  onScopeDispose(() => undo?.());
  return held;
}

/** The records of a small table (agents, labels, shops), anew as one array when any of them changes. Not for large ones. */
export function useAll<T>(name: string, keep: (record: T) => boolean = () => true): Readonly<ShallowRef<T[]>> {
  const table = useTables().table(name);
  const read = () => [...table.records<T>()].filter(keep);
  const held = shallowRef(read());
  onScopeDispose(table.onChange(() => (held.value = read())));
  return held;
}

export function useTableVersion(table: Table): Readonly<ShallowRef<number>> {
  const version = shallowRef(0);
  onScopeDispose(table.onChange(() => (version.value += 1)));
  return version;
}

/** Loads anew what events may have missed: after each new snapshot, and after a reconnect when the last try `failed`. */
export function useFresh(load: () => unknown, failed: () => boolean): void {
  const live = useLive();
  onScopeDispose(live.on("loaded", () => void load()));
  onScopeDispose(live.on("ready", () => void (failed() && load())));
}

export function useLinkState(): Readonly<ShallowRef<LinkState>> {
  const live = useLive();
  const state = shallowRef<LinkState>(live.connection.state);
  onScopeDispose(live.on("state", (next) => (state.value = next)));
  return state;
}
