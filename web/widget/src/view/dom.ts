type Child = Node | string | null | undefined | false;
type Props = Record<string, unknown>;

/**
 * Makes an element. Strings become text nodes, never markup; `on…` props become listeners.
 */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value as EventListener);
    else set(element, name, value);
  }
  element.append(
    ...children.filter((child): child is Node | string => child !== null && child !== undefined && child !== false),
  );
  return element;
}

/** Sets or removes one attribute; writes only when it differs. */
export function set(element: Element, name: string, value: unknown): void {
  if (value === false || value === null || value === undefined) element.removeAttribute(name);
  else {
    const text = value === true ? "" : String(value);
    if (element.getAttribute(name) !== text) element.setAttribute(name, text);
  }
}

/** Writes text only when it differs, so that screen readers are not told twice. */
export function put(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

const SVG = "http://www.w3.org/2000/svg";

/** A line icon on a 24 grid, drawn in the colour of the text. */
export function icon(path: string): SVGElement {
  const svg = document.createElementNS(SVG, "svg");
  for (const [name, value] of [
    ["viewBox", "0 0 24 24"],
    ["aria-hidden", "true"],
    ["focusable", "false"],
  ] as const) {
    svg.setAttribute(name, value);
  }
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

export const icons = {
  chat: "M4 5.5h16v11h-9l-4.5 4v-4H4zM8 9.5h8M8 12.7h5",
  close: "M6 9.5l6 6 6-6",
  cross: "M7 7l10 10M17 7L7 17",
  smile: "M12 3.5a8.5 8.5 0 100 17 8.5 8.5 0 000-17zM8.5 14.2c1.8 2.5 5.2 2.5 7 0M9 9.3v1M15 9.3v1",
  picture: "M4 5h16v14H4zM4 16l4.5-4.5 4 4 3-3L20 17M15.5 8.8h.01",
  file: "M6 3.5h8l4 4v13H6zM14 3.5v4h4M9 12.5h6M9 16h6",
  bell: "M6 16.5V11a6 6 0 0112 0v5.5l1.5 1.5h-15zM10 20.5h4",
  send: "M4 12l16-7.5-5 16-3.5-6.5z",
  quote: "M9.5 7L5 11.5 9.5 16M5 11.5h9a5 5 0 015 5V18",
  down: "M12 5v13M6.5 12.5L12 18l5.5-5.5",
  play: "M8 5.5l11 6.5-11 6.5z",
};
