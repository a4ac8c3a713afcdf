/** Ties the window of a thread to its scroller: measures blocks, follows scrolling, keeps the reading place. */
import { computed, nextTick, onBeforeUpdate, onMounted, onUnmounted, onUpdated, type Ref, shallowRef } from "vue";
import type { Block } from "../thread";
import { guessHeight, sameWindow, type Window, windowOf } from "./windowing";

const MARGIN = 1_000;
/** Nearer to the end than this counts as being there. */
const AT_END = 40;

interface Hooks {
  /** The upper (or, detached, the lower) end comes into sight. */
  nearStart(): void;
  nearEnd(): void;
}

export function useWindow(
  scroller: Readonly<Ref<HTMLElement | null>>,
  blocks: Readonly<Ref<readonly Block[]>>,
  hooks: Hooks,
) {
  const heights = new Map<string, number>();
  const measured = shallowRef(0);
  const sight = shallowRef({ fromEnd: 0, view: 800, margin: MARGIN });
  const atEnd = shallowRef(true);
  let anchor: { element: Element; top: number } | null = null;
  let frame = 0;

  const heightOf = (block: Block) => heights.get(block.key) ?? guessHeight(block.messages.length);
  let last: Window = { from: 0, to: 0, above: 0, below: 0 };
  const window = computed<Window>(() => {
    void measured.value;
    const next = windowOf(blocks.value.map(heightOf), sight.value);
    if (!sameWindow(next, last)) last = next;
    return last;
  });

  const observer = new ResizeObserver((entries) => {
    for (const entry of entries) {
      const key = entry.target.id.slice("zg-block-".length);
      const height = entry.borderBoxSize[0]?.blockSize ?? entry.contentRect.height;
      if (key && height > 0) heights.set(key, height);
    }
    measured.value += 1;
  });

  /** For `ref` of each block's element. */
  function measure(element: unknown): void {
    if (element instanceof HTMLElement) observer.observe(element);
  }

  function look(): void {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(see);
  }

  function see(): void {
    const el = scroller.value;
    if (!el) return;
    const fromEnd = Math.max(0, -el.scrollTop);
    const rest = el.scrollHeight - el.clientHeight - fromEnd;
    atEnd.value = fromEnd < AT_END;
    const moved = Math.abs(fromEnd - sight.value.fromEnd) > 200 || el.clientHeight !== sight.value.view;
    if (moved || atEnd.value) sight.value = { fromEnd, view: el.clientHeight, margin: MARGIN };
    if (rest < 1_500) hooks.nearStart();
    if (fromEnd < 800) hooks.nearEnd();
  }

  /** The first line that is wholly in sight is what somebody reads. */
  function findAnchor(): typeof anchor {
    const el = scroller.value;
    if (!el || atEnd.value) return null;
    const top = el.getBoundingClientRect().top;
    for (const block of el.querySelectorAll("[id^=zg-block-]")) {
      if (block.getBoundingClientRect().bottom <= top) continue;
      for (const line of block.children) {
        const box = line.getBoundingClientRect();
        if (box.top >= top) return { element: line, top: box.top };
      }
    }
    return null;
  }

  onBeforeUpdate(() => {
    anchor = findAnchor();
  });
  onUpdated(() => {
    const el = scroller.value;
    if (el && anchor?.element.isConnected) {
      const moved = anchor.element.getBoundingClientRect().top - anchor.top;
      if (Math.abs(moved) >= 1) el.scrollTop += moved;
    }
    anchor = null;
    look();
  });
  onMounted(() => {
    scroller.value?.addEventListener("scroll", look, { passive: true });
    see();
  });
  onUnmounted(() => {
    observer.disconnect();
    cancelAnimationFrame(frame);
  });

  function toEnd(): void {
    const el = scroller.value;
    if (!el) return;
    el.scrollTop = 0;
    see();
  }

  /** Brings a block near enough to exist, then its line into the middle. */
  async function reveal(index: number, find: () => Element | null | undefined): Promise<Element | null> {
    const el = scroller.value;
    if (!el) return null;
    const below = blocks.value.slice(index + 1).reduce((sum, block) => sum + heightOf(block), 0);
    if (!find()) {
      const fromEnd = Math.max(0, below - el.clientHeight / 4);
      atEnd.value = false;
      sight.value = { fromEnd, view: el.clientHeight, margin: MARGIN };
      await nextTick();
    }
    const element = find() ?? null;
    element?.scrollIntoView({ block: "center" });
    see();
    return element;
  }

  return { window, measure, atEnd, toEnd, reveal, look };
}
