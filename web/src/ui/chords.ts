/**
 * Chords: `Mod+Shift+KeyK`. Modifiers in the order Mod, Ctrl, Alt, Shift, then one key.
 * `Mod` is ⌘ on a Mac and Ctrl elsewhere. The key is a physical code (`KeyK`, `Digit1`, `Enter`,
 * `ArrowDown`) or one sign (`?`, `/`), which is matched by what it writes, Shift being part of it.
 */
export const isMac = (): boolean => /mac|iphone|ipad/i.test(globalThis.navigator?.platform ?? "");

const MODIFIER_CODES = /^(Control|Shift|Alt|Meta|OS)(Left|Right)?$/;

/** Chords that belong to the browser: a page either never sees them or must not take them. */
const EDITING = "TNWLRPFSCVXAZQ".split("").map((letter) => `Key${letter}`);
const DIGITS = "0123456789".split("").map((digit) => `Digit${digit}`);
const BROWSER = new Set([
  ...EDITING.flatMap((key) => [`Mod+${key}`, `Mod+Shift+${key}`]),
  ...DIGITS.flatMap((key) => [`Mod+${key}`, `Alt+${key}`]),
  ...["KeyD", "KeyE", "KeyF", "Home", "F4", "ArrowLeft", "ArrowRight"].map((key) => `Alt+${key}`),
  ...["Mod+Tab", "Mod+Shift+Tab", "Tab", "Shift+Tab", "F1", "F5", "F11", "F12"],
]);

interface Parts {
  mod: boolean;
  ctrl: boolean;
  alt: boolean;
  shift: boolean;
  key: string;
}

function parse(chord: string): Parts {
  const pieces = chord.split("+");
  const key = pieces.pop() || "+";
  const has = (name: string) => pieces.includes(name);
  return { mod: has("Mod"), ctrl: has("Ctrl"), alt: has("Alt"), shift: has("Shift"), key };
}

/**
 * Whether an event is this chord. A letter is taken by what it writes when that is a Latin letter
 * (Dvorak, AZERTY), and by its place on the board when it is not (Cyrillic, or an input method).
 */
export function matches(chord: string, event: KeyboardEvent): boolean {
  const want = parse(chord);
  const sign = want.key.length === 1;
  if (!modifiersAgree(want, event, sign)) return false;
  return sign ? event.key === want.key : keyOf(event) === want.key;
}

function modifiersAgree(want: Parts, event: KeyboardEvent, sign: boolean): boolean {
  const mac = isMac();
  const mod = mac ? event.metaKey : event.ctrlKey;
  const ctrl = mac ? event.ctrlKey : false;
  if (mod !== want.mod || ctrl !== want.ctrl || event.altKey !== want.alt) return false;
  return sign || event.shiftKey === want.shift;
}

function keyOf(event: KeyboardEvent): string {
  if (/^[a-z]$/i.test(event.key)) return `Key${event.key.toUpperCase()}`;
  return event.code;
}

/** The chord a person just pressed, or null while only modifiers are down. */
export function chordOf(event: KeyboardEvent): string | null {
  if (MODIFIER_CODES.test(event.code) || !event.code) return null;
  const mac = isMac();
  const names = [
    (mac ? event.metaKey : event.ctrlKey) && "Mod",
    mac && event.ctrlKey && "Ctrl",
    event.altKey && "Alt",
    event.shiftKey && "Shift",
  ].filter(Boolean);
  return [...names, keyOf(event)].join("+");
}

/** True for chords that would write something in a text field. */
export function isBareChord(chord: string): boolean {
  const { mod, ctrl, alt, key } = parse(chord);
  return !mod && !ctrl && !alt && !/^F\d+$/.test(key) && key !== "Escape";
}

/** True for chords that a page must leave to the browser. */
export function belongsToBrowser(chord: string): boolean {
  return BROWSER.has(chord);
}

const NAMES: Record<string, string> = {
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
  Escape: "Esc",
  Slash: "/",
  Comma: ",",
  Period: ".",
  Backquote: "`",
  BracketLeft: "[",
  BracketRight: "]",
  Semicolon: ";",
  Quote: "'",
  Minus: "-",
  Equal: "=",
  Backslash: "\\",
};

/** The keys of a chord as they are printed on the board: `["Ctrl", "K"]`, `["⌘", "K"]`. */
export function caps(chord: string): string[] {
  const { mod, ctrl, alt, shift, key } = parse(chord);
  const mac = isMac();
  const modifiers = [
    mod && (mac ? "⌘" : "Ctrl"),
    ctrl && "⌃",
    alt && (mac ? "⌥" : "Alt"),
    shift && (mac ? "⇧" : "Shift"),
  ];
  const name = NAMES[key] ?? key.replace(/^(Key|Digit)/, "");
  return [...modifiers.filter((cap): cap is string => Boolean(cap)), name];
}
