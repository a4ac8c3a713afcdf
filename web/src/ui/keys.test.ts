import { afterEach, beforeEach, describe, expect, it, type Mock, vi } from "vitest";
import { belongsToBrowser, caps, chordOf, matches } from "./chords";
import { type Command, choose, chordFor, listen, pause, register, restoreChoices, takenBy } from "./keys";

const key = (code: string, written: string, more: KeyboardEventInit = {}) =>
  new KeyboardEvent("keydown", { code, key: written, bubbles: true, cancelable: true, ...more });

const a_command = (chord: string | null, more: Partial<Command> = {}): Command & { run: Mock<() => void> } => ({
  id: "room.what",
  group: () => "Room",
  title: () => "What",
  chord,
  ...more,
  run: vi.fn<() => void>(),
});

describe("a chord", () => {
  it("takes a letter by what it writes on Latin boards, whatever its place", () => {
    expect(matches("Mod+KeyK", key("KeyV", "k", { ctrlKey: true }))).toBe(true);
    expect(matches("Mod+KeyK", key("KeyK", "t", { ctrlKey: true }))).toBe(false);
  });

  it("takes a letter by its place where the board writes no Latin letters", () => {
    expect(matches("Mod+KeyK", key("KeyK", "л", { ctrlKey: true }))).toBe(true);
    expect(matches("Alt+KeyJ", key("KeyJ", "Process", { altKey: true }))).toBe(true);
  });

  it("takes a sign by what it writes, with or without Shift", () => {
    expect(matches("?", key("Slash", "?", { shiftKey: true }))).toBe(true);
    expect(matches("?", key("Comma", "?"))).toBe(true);
    expect(matches("?", key("Slash", "/"))).toBe(false);
  });

  it("wants exactly its modifiers", () => {
    expect(matches("Alt+ArrowDown", key("ArrowDown", "ArrowDown", { altKey: true }))).toBe(true);
    expect(matches("Alt+ArrowDown", key("ArrowDown", "ArrowDown", { altKey: true, shiftKey: true }))).toBe(false);
    expect(matches("KeyJ", key("KeyJ", "j", { ctrlKey: true }))).toBe(false);
  });

  it("is read from a pressed key, and not from a modifier alone", () => {
    expect(chordOf(key("KeyB", "B", { ctrlKey: true, shiftKey: true }))).toBe("Mod+Shift+KeyB");
    expect(chordOf(key("ShiftLeft", "Shift", { shiftKey: true }))).toBeNull();
  });

  it("shows as printed on the board", () => {
    expect(caps("Mod+Shift+KeyB")).toEqual(["Ctrl", "Shift", "B"]);
    expect(caps("Alt+ArrowDown")).toEqual(["Alt", "↓"]);
    expect(caps("?")).toEqual(["?"]);
  });

  it.each(["Mod+KeyT", "Mod+KeyW", "Alt+Digit1", "F5", "Tab"])("%s stays the browser's", (chord) => {
    expect(belongsToBrowser(chord)).toBe(true);
  });
});

describe("the keyboard map", () => {
  let stop: () => void = () => undefined;
  let drop: () => void = () => undefined;
  const field = document.createElement("input");

  beforeEach(() => {
    document.body.append(field);
    stop = listen(window);
    restoreChoices({}, () => undefined);
  });
  afterEach(() => {
    stop();
    drop();
    field.remove();
  });

  it("runs the command and keeps the key from the browser", () => {
    const command = a_command("Mod+KeyK");
    drop = register(command);
    const event = key("KeyK", "k", { ctrlKey: true });
    document.body.dispatchEvent(event);
    expect(command.run).toHaveBeenCalledOnce();
    expect(event.defaultPrevented).toBe(true);
  });

  it("never runs while an input method is composing", () => {
    const command = a_command("Enter");
    drop = register(command);
    document.body.dispatchEvent(key("Enter", "Enter", { isComposing: true }));
    document.body.dispatchEvent(key("Enter", "Enter", { keyCode: 229 }));
    expect(command.run).not.toHaveBeenCalled();
  });

  it("leaves plain keys to a text field, and runs chords in it", () => {
    const plain = a_command("?");
    const chord = a_command("Mod+KeyJ", { id: "room.other" });
    drop = register(plain, chord);
    field.dispatchEvent(key("Slash", "?", { shiftKey: true }));
    field.dispatchEvent(key("KeyJ", "j", { ctrlKey: true }));
    expect(plain.run).not.toHaveBeenCalled();
    expect(chord.run).toHaveBeenCalledOnce();
  });

  it("leaves signs written with AltGr alone", () => {
    const command = a_command("Mod+Alt+KeyQ");
    drop = register(command);
    const event = key("KeyQ", "@", { ctrlKey: true, altKey: true });
    event.getModifierState = (name) => name === "AltGraph";
    document.body.dispatchEvent(event);
    expect(command.run).not.toHaveBeenCalled();
  });

  it("passes a command that is not possible now", () => {
    const command = a_command("KeyJ", { when: () => false });
    drop = register(command);
    document.body.dispatchEvent(key("KeyJ", "j"));
    expect(command.run).not.toHaveBeenCalled();
  });

  it("rests while a dialog holds the keys", () => {
    const command = a_command("KeyJ");
    drop = register(command);
    const release = pause();
    document.body.dispatchEvent(key("KeyJ", "j"));
    release();
    release();
    document.body.dispatchEvent(key("KeyJ", "j"));
    expect(command.run).toHaveBeenCalledOnce();
  });

  it("follows the person's choice, keeps it, and returns to the default", () => {
    const kept = vi.fn();
    restoreChoices({}, kept);
    drop = register(a_command("KeyJ"));
    choose("room.what", "Alt+KeyU");
    expect(chordFor("room.what")).toBe("Alt+KeyU");
    expect(kept).toHaveBeenLastCalledWith({ "room.what": "Alt+KeyU" });
    choose("room.what", null);
    expect(chordFor("room.what")).toBeNull();
    choose("room.what", undefined);
    expect(chordFor("room.what")).toBe("KeyJ");
  });

  it("names who already has a chord", () => {
    drop = register(a_command("KeyJ"), a_command("KeyU", { id: "room.other" }));
    expect(takenBy("KeyU", "room.what")?.id).toBe("room.other");
    expect(takenBy("KeyJ", "room.what")).toBeUndefined();
  });

  it("refuses a default that the browser needs", () => {
    expect(() => register(a_command("Mod+KeyW"))).toThrow("belongs to the browser");
  });

  it("gives a key back to the earlier owner only by its own removal", () => {
    const first = register(a_command("KeyJ"));
    const second = register(a_command("KeyU"));
    first();
    expect(chordFor("room.what")).toBe("KeyU");
    second();
    expect(chordFor("room.what")).toBeNull();
  });
});
