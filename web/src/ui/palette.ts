import { onScopeDispose, ref, shallowReactive } from "vue";
import { type Command, commands } from "./keys";

/** The command palette: every command, and whatever the rooms can find (customers, orders, pages). */
export interface Entry {
  id: string;
  group: string;
  title: string;
  /** Second line or right-hand word. */
  detail?: string;
  words?: string;
  /** The command whose key is shown. */
  command?: string;
  run: () => void;
}

/** A room's entries for what was typed; may ask the server. Called with "" when the palette opens. */
export type Source = (query: string) => Entry[] | Promise<Entry[]>;

export const paletteOpen = ref(false);
const sources = shallowReactive(new Set<Source>());

export const openPalette = (): void => {
  paletteOpen.value = true;
};

/** Adds a source for the life of a component (or until the returned removal is called). */
export function offer(source: Source): () => void {
  sources.add(source);
  return () => sources.delete(source);
}

export function useSource(source: Source): void {
  onScopeDispose(offer(source));
}

/** All entries for a query, commands first; a source that fails is silent. */
export async function find(query: string): Promise<Entry[]> {
  const found = await Promise.allSettled([...sources].map(async (source) => source(query)));
  const fromRooms = found.flatMap((result) => (result.status === "fulfilled" ? result.value : []));
  return [
    ...commands.value
      .filter(usable)
      .map(asEntry)
      .filter((entry) => fits(entry, query)),
    ...fromRooms,
  ];
}

const usable = (command: Command): boolean => !command.quiet && (command.when?.() ?? true);

function asEntry(command: Command): Entry {
  const { id, run, words = "" } = command;
  return { id, group: command.group(), title: command.title(), words, command: id, run };
}

/** Every word typed is found somewhere in the entry, in any order, case ignored. */
export function fits(entry: Entry, query: string): boolean {
  const text = `${entry.title} ${entry.group} ${entry.detail ?? ""} ${entry.words ?? ""}`.toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/u)
    .every((word) => text.includes(word));
}
