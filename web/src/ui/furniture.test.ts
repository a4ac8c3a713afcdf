import { describe, expect, it } from "vitest";
import { faceColour, initial } from "./faces";
import { fits } from "./palette";
import { ago, lasting, whichDay } from "./time";

describe("initials", () => {
  it.each([
    ["王小明", "明"],
    ["沈掌柜", "柜"],
    ["访客 8a2f", "访"],
    ["诸葛孔明亮堂堂", "诸"],
    ["Anna Bell", "AB"],
    ["anna", "A"],
    ["👩‍💻dev", "👩"],
    ["  ", "?"],
  ])("%s → %s", (name, letters) => {
    expect(initial(name)).toBe(letters);
  });

  it("the colour is one of eight and stays", () => {
    expect(faceColour("a_1")).toBe(faceColour("a_1"));
    const colours = new Set(Array.from({ length: 200 }, (_, at) => faceColour(`a_${at}`)));
    expect([...colours].sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });
});

describe("moments", () => {
  const now = new Date(2026, 10, 22, 14, 20).getTime();
  const at = (...parts: [number, number, number, number, number]) => new Date(...parts).getTime();

  it.each([
    [now - 20_000, "刚刚", "now"],
    [now - 5 * 60_000, "5 分钟前", "5 min ago"],
    [at(2026, 10, 22, 9, 5), "09:05", "09:05"],
    [at(2026, 10, 21, 23, 59), "昨天 23:59", "Yesterday 23:59"],
    [at(2026, 10, 18, 8, 0), "周三 08:00", "Wed 08:00"],
    [at(2026, 8, 1, 8, 0), "09-01 08:00", "09-01 08:00"],
    [at(2025, 8, 1, 8, 0), "2025-09-01", "2025-09-01"],
  ])("%i", (moment, zh, en) => {
    expect(ago(moment, now, "zh-CN")).toBe(zh);
    expect(ago(moment, now, "en")).toBe(en);
  });

  it("in a thread today is the clock alone", () => {
    expect(whichDay(now - 20_000, now, "zh-CN")).toBe("14:19");
  });

  it.each([
    [45_000, "45秒", "45s"],
    [200_000, "3分20秒", "3m 20s"],
    [3_900_000, "1小时05分", "1h 05m"],
    [200_000_000, "2天", "2d"],
    [-5, "0秒", "0s"],
  ])("%i ms lasts", (ms, zh, en) => {
    expect(lasting(ms, "zh-CN")).toBe(zh);
    expect(lasting(ms, "en")).toBe(en);
  });
});

it("the palette finds every word typed, in any order", () => {
  const entry = { id: "x", group: "通用", title: "切换深色和浅色", words: "dark light", run: () => undefined };
  expect(fits(entry, "深色 通用")).toBe(true);
  expect(fits(entry, "DARK")).toBe(true);
  expect(fits(entry, "深色 订单")).toBe(false);
  expect(fits(entry, "")).toBe(true);
});
