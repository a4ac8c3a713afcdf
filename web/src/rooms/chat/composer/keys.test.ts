import { describe, expect, it } from "vitest";
import { type EnterKey, enterMeans } from "./keys";

const press = (change: Partial<EnterKey> = {}): EnterKey => ({
  key: "Enter",
  keyCode: 13,
  isComposing: false,
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...change,
});

describe("Enter while an input method composes never sends", () => {
  const composing: [string, EnterKey, boolean][] = [
    ["Chrome and Firefox: the key belongs to the composition", press({ isComposing: true, keyCode: 229 }), true],
    ["Safari: compositionend comes first, then the key with 229", press({ keyCode: 229 }), false],
    ["an engine that reports neither, right after compositionend", press(), true],
    ["Process as the key", press({ key: "Process", keyCode: 229, isComposing: true }), true],
  ];
  it.each(composing)("%s", (_, event, lately) => {
    for (const by of ["enter", "mod-enter"] as const) {
      expect(enterMeans(event, by, lately)).toBeNull();
      expect(enterMeans({ ...event, ctrlKey: true }, by, lately)).toBeNull();
    }
  });
});

describe("Enter sends", () => {
  it.each([
    ["enter", press(), "send"],
    ["enter", press({ shiftKey: true }), null],
    ["enter", press({ ctrlKey: true }), "break"],
    ["enter", press({ metaKey: true }), "break"],
    ["enter", press({ altKey: true }), null],
    ["mod-enter", press(), null],
    ["mod-enter", press({ ctrlKey: true }), "send"],
    ["mod-enter", press({ metaKey: true }), "send"],
    ["mod-enter", press({ shiftKey: true }), null],
    ["enter", press({ key: "a", keyCode: 65 }), null],
  ] as const)("by %s", (by, event, meaning) => {
    expect(enterMeans(event, by, false)).toBe(meaning);
  });
});
