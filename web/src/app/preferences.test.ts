import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { nextTick } from "vue";
import { defaults, sound, usePreferences } from "./preferences";

beforeEach(() => {
  localStorage.clear();
  setActivePinia(createPinia());
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

describe("stored settings", () => {
  it("are taken where they are sound and left where they are not", () => {
    const given = {
      theme: "dark",
      density: "huge",
      volume: 400,
      send: 7,
      keys: { "a.b": "KeyJ", "a.c": 5, "a.d": null },
    };
    expect(sound(given)).toEqual({ ...defaults(), theme: "dark", keys: { "a.b": "KeyJ", "a.d": null } });
  });

  it.each([null, undefined, 5, "x", []])("%j is as good as nothing", (nothing) => {
    expect(sound(nothing)).toEqual(defaults());
  });
});

describe("preferences", () => {
  it("dress the page at once and are kept on the device", async () => {
    const preferences = usePreferences();
    preferences.start();
    preferences.now.theme = "dark";
    preferences.now.density = "compact";
    preferences.now.language = "en";
    await nextTick();
    const root = document.documentElement;
    expect([root.dataset.theme, root.dataset.density, root.lang]).toEqual(["dark", "compact", "en"]);
    expect(JSON.parse(localStorage.getItem("zg.preferences") ?? "")).toMatchObject({ theme: "dark", language: "en" });
  });

  it("go to the account a moment after the last change, not while the account's own are taken", async () => {
    const preferences = usePreferences();
    preferences.start();
    const save = vi.fn();
    preferences.take({ theme: "dark", volume: 20 }, "en", save);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(preferences.now).toMatchObject({ theme: "dark", volume: 20, language: "en" });
    expect(save).not.toHaveBeenCalled();
    preferences.now.volume = 30;
    preferences.now.volume = 40;
    await vi.advanceTimersByTimeAsync(2_000);
    expect(save).toHaveBeenCalledOnce();
    expect(save.mock.calls[0]?.[0]).toMatchObject({ volume: 40 });
  });

  it("chosen at the door stay, and become the account's own", async () => {
    const preferences = usePreferences();
    preferences.start();
    const save = vi.fn();
    preferences.now.language = "zh-CN";
    preferences.toggleLanguage();
    preferences.take({ density: "compact" }, "zh-CN", save);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(preferences.now).toMatchObject({ language: "en", density: "compact" });
    expect(save.mock.calls[0]?.[0]).toMatchObject({ language: "en" });
  });

  it("go nowhere after sign-out", async () => {
    const preferences = usePreferences();
    preferences.start();
    const save = vi.fn();
    preferences.take({}, "zh-CN", save);
    preferences.now.sound = false;
    preferences.release();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(save).not.toHaveBeenCalled();
  });
});
