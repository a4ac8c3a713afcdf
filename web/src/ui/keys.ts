import { computed, onScopeDispose, reactive, shallowReactive } from "vue";
import { belongsToBrowser, isBareChord, matches } from "./chords";

/**
 * The keyboard map: what a key does is registered by whoever can do it, shown by `?`, changed by the
 * person, and never fires while an input method is composing.
 */
export interface Command {
  /** Stable name, `room.what`; the person's own chord is stored under it. */
  id: string;
  /** Heading in the map and the palette, in the person's language. */
  group: () => string;
  title: () => string;
  /** Default chord, e.g. `Mod+KeyK`, `Alt+ArrowDown`, `?`; null = only in the palette. */
  chord: string | null;
  run: () => void;
  /** Absent = always possible. */
  when?: () => boolean;
  /** Extra words the palette finds it by (pinyin initials, the other language). */
  words?: string;
  /** Leave it out of the palette (movement keys). */
  quiet?: boolean;
}

type Choices = Record<string, string | null>;
type Keep = (choices: Choices) => void;

const registered = shallowReactive(new Map<string, Command>());
const choices = reactive<Choices>({});
let keep: Keep = () => undefined;
let paused = 0;

/** All commands that exist right now, in order of registration. */
export const commands = computed(() => [...registered.values()]);

/** The chord a command answers to: the person's choice, else its default. */
export function chordFor(id: string): string | null {
  const own = choices[id];
  return own === undefined ? (registered.get(id)?.chord ?? null) : own;
}

/** Registers commands and returns their removal. The newest registration of an id wins. */
export function register(...list: Command[]): () => void {
  for (const command of list) registered.set(checked(command).id, command);
  return () => {
    for (const command of list) if (registered.get(command.id) === command) registered.delete(command.id);
  };
}

/** While building, a default key that the browser needs itself is a mistake at once, not a surprise later. */
function checked(command: Command): Command {
  if (import.meta.env.DEV && command.chord && belongsToBrowser(command.chord)) {
    throw new Error(`${command.id}: ${command.chord} belongs to the browser`);
  }
  return command;
}

/** `register` for the life of a component. */
export function useCommands(...list: Command[]): void {
  onScopeDispose(register(...list));
}

/** Takes over the person's stored choices and calls `onChange` after each later change. */
export function restoreChoices(stored: Choices, onChange: Keep): void {
  for (const id of Object.keys(choices)) delete choices[id];
  Object.assign(choices, stored);
  keep = onChange;
}

/** Sets the person's chord for a command; null switches the key off, undefined returns to the default. */
export function choose(id: string, chord: string | null | undefined): void {
  if (chord === undefined) delete choices[id];
  else choices[id] = chord;
  keep({ ...choices });
}

/** The command that already answers to a chord, other than `id` itself. */
export function takenBy(chord: string, id: string): Command | undefined {
  return commands.value.find((other) => other.id !== id && chordFor(other.id) === chord);
}

/** Runs the command of a chord; true when one ran. */
export function press(event: KeyboardEvent): boolean {
  if (paused > 0 || event.defaultPrevented || isComposing(event) || writesWithAltGr(event)) return false;
  const typing = isTyping(event.target);
  for (const command of registered.values()) {
    const chord = chordFor(command.id);
    if (!chord || (typing && isBareChord(chord)) || !matches(chord, event)) continue;
    if (command.when && !command.when()) continue;
    event.preventDefault();
    command.run();
    return true;
  }
  return false;
}

/** While a dialog owns the keyboard no command fires; returns the release. */
export function pause(): () => void {
  paused += 1;
  let held = true;
  return () => {
    if (held) paused -= 1;
    held = false;
  };
}

/** Listens on a window; returns the removal. */
export function listen(target: Window): () => void {
  target.addEventListener("keydown", press);
  return () => target.removeEventListener("keydown", press);
}

/** True while an input method holds the keys (229: Safari reports the closing Enter only so). */
export function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}

/** AltGr is reported as Ctrl+Alt on Windows, yet it only writes a sign. */
function writesWithAltGr(event: KeyboardEvent): boolean {
  return event.key.length === 1 && event.getModifierState("AltGraph");
}

/** True where plain keys write text. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.closest("[contenteditable=''],[contenteditable='true']")) return true;
  if (target instanceof HTMLInputElement)
    return !["checkbox", "radio", "button", "submit", "range"].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}
