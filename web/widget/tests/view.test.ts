import { describe, expect, it, vi } from "vitest";
import { Keep } from "../src/core/keep";
import type { Message } from "../src/core/types";
import { reasonOf } from "../src/lazy/upload";
import { content, type Host, told } from "../src/view/bubble";
import { Composer } from "../src/view/composer";
import { contrast, tint } from "../src/view/tint";
import { languageOf } from "../src/words/language";
import { aMessage, aTalk, FakeServer, FakeStorage } from "./fakes";

function aHost(): Host {
  const { talk } = aTalk(new FakeServer());
  talk.begin = () => {};
  const root = document.createElement("div").attachShadow({ mode: "open" });
  return { talk, root, quote: vi.fn(), visit: vi.fn(), wear: vi.fn() };
}

function aComposer() {
  const host = aHost();
  const say = vi.spyOn(host.talk, "say").mockImplementation(() => {});
  const composer = new Composer(host, document.createElement("div"), () => {});
  composer.area.value = "你好";
  const press = (init: KeyboardEventInit & { keyCode?: number }) => {
    const event = new KeyboardEvent("keydown", { key: "Enter", cancelable: true, ...init });
    if (init.keyCode) Object.defineProperty(event, "keyCode", { value: init.keyCode });
    if (init.isComposing) Object.defineProperty(event, "isComposing", { value: true });
    composer.area.dispatchEvent(event);
    return event;
  };
  return { composer, say, press };
}

describe("Enter", () => {
  it("sends", () => {
    const { say, press, composer } = aComposer();
    expect(press({}).defaultPrevented).toBe(true);
    expect(say).toHaveBeenCalledWith(expect.objectContaining({ kind: "text", text: "你好" }));
    expect(composer.area.value).toBe("");
  });

  it.each([{ isComposing: true }, { keyCode: 229 }, { shiftKey: true }])("does not send with %o", (init) => {
    const { say, press, composer } = aComposer();
    press(init);
    expect(say).not.toHaveBeenCalled();
    expect(composer.area.value).toBe("你好");
  });
});

describe("what others wrote stays text", () => {
  const evil = '<img src=x onerror="alert(1)"><script>alert(1)</script>';

  it.each(["text", "emoticon", "system"] as const)("as %s", (kind) => {
    const node = content(aHost(), aMessage(1, { kind, text: evil }));
    expect(node.querySelector("img,script")).toBeNull();
    expect(node.textContent).toBe(evil);
  });

  it("as a file name and in a quote", () => {
    const host = aHost();
    host.talk.fileLink = async () => ({ url: "/files/f_1/x" });
    const file = content(host, aMessage(1, { kind: "file", body: { file: "f_1", name: evil, size: 5 } }));
    expect(file.querySelector("img,script")).toBeNull();
    const quote = { conversation: "c_1", seq: 1, name: evil, text: evil };
    expect(content(host, aMessage(2, { quote })).querySelector("img,script")).toBeNull();
  });

  it("links only web addresses, and ends them before Chinese punctuation", () => {
    const text = "看 https://a.example/b?c=1，还有 javascript:alert(1)";
    const links = content(aHost(), aMessage(1, { text })).querySelectorAll("a");
    expect([...links].map((one) => one.getAttribute("href"))).toEqual(["https://a.example/b?c=1"]);
    expect(links[0]?.rel).toContain("noopener");
  });
});

describe("told lines", () => {
  const cases: [Partial<Message>, string][] = [
    [{ recalled_at: 5 }, "小美撤回了一条消息"],
    [{ recalled_at: 5, sender: "customer" }, "您撤回了一条消息"],
    [{ kind: "nudge" }, "小美提醒了您一下"],
    [{ kind: "system", sender: "system", body: { code: "order_paid", number: "A1" } }, "订单 A1 已付款"],
    [{ kind: "system", sender: "system", text: "新的一种", body: { code: "toString" } }, "新的一种"],
  ];
  it.each(cases)("%o", (more, text) => expect(told(aMessage(1, more))).toBe(text));
});

describe("small things", () => {
  it("any accent stays readable", () => {
    for (const rgb of [
      "rgb(15, 92, 92)",
      "rgb(255, 214, 0)",
      "rgb(255, 255, 255)",
      "rgb(0, 0, 0)",
      "rgb(230, 60, 60)",
    ]) {
      const found = Object.fromEntries(
        tint(rgb)
          .split(";")
          .map((one) => one.split(":")),
      );
      const of = (name: string) => found[`--${name}`].match(/\d+/g).map(Number) as [number, number, number];
      expect(contrast(of("a"), of("on"))).toBeGreaterThanOrEqual(4.5);
      expect(contrast(of("al"), [251, 247, 239])).toBeGreaterThanOrEqual(4.5);
      expect(contrast(of("ad"), [30, 28, 25])).toBeGreaterThanOrEqual(4.5);
    }
  });

  it("storage that is forbidden or full keeps the value with the page", () => {
    const full = new FakeStorage();
    full.setItem = () => {
      throw new DOMException("full", "QuotaExceededError");
    };
    for (const keep of [new Keep("a:", null), new Keep("a:", full)]) {
      keep.set("x", { y: 1 });
      expect(keep.get("x")).toEqual({ y: 1 });
      keep.drop("x");
      expect(keep.get("x")).toBeNull();
    }
  });

  it("speaks the page's language", () => {
    expect(["zh-CN", "zh-Hant", "", null, "en-GB", "fr"].map(languageOf)).toEqual(["zh", "zh", "zh", "zh", "en", "en"]);
  });

  it("says why a file was refused", () => {
    expect(reasonOf({ code: "chat.file_too_large", args: { limit: 20 } }, false)).toBe("超过 20 MB 上限");
    expect(reasonOf(null, true)).toBe("not uploaded");
  });
});
