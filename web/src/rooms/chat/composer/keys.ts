/** What Enter means in the composer: pure, so that every input method's odd order of events can be tested. */
export interface EnterKey {
  key: string;
  keyCode: number;
  isComposing: boolean;
  shiftKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

/**
 * "send", "break" (a line break the browser would not make by itself) or null (leave it to the browser).
 * While an input method composes, Enter belongs to it: `isComposing`; 229 is how Safari, which ends the composition
 * before the key, and older Chromes report it; `lately` covers engines that report neither.
 */
export function enterMeans(event: EnterKey, sendBy: "enter" | "mod-enter", lately: boolean): "send" | "break" | null {
  if (event.key !== "Enter" || event.isComposing || event.keyCode === 229 || lately) return null;
  if (event.altKey || event.shiftKey) return null;
  const mod = event.ctrlKey || event.metaKey;
  if (sendBy === "enter") return mod ? "break" : "send";
  return mod ? "send" : null;
}
