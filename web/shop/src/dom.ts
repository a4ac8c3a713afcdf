/** A small way to make elements. Text is always text: nothing here ever reads HTML. */

export type Child = Node | string | number | null | undefined | false | readonly Child[];
type Props = Record<string, unknown>;

export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props | null,
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) set(node, name, value);
  add(node, children);
  return node;
}

function set(node: HTMLElement, name: string, value: unknown): void {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith("on")) node.addEventListener(name.slice(2), value as EventListener);
  else if (name in node && !name.includes("-") && name !== "list") Reflect.set(node, name, value);
  else node.setAttribute(name, value === true ? "" : String(value));
}

function add(node: Node, children: readonly Child[]): void {
  for (const child of children) {
    if (Array.isArray(child)) add(node, child);
    else if (child instanceof Node) node.appendChild(child);
    else if (child !== null && child !== undefined && child !== false) node.appendChild(new Text(String(child)));
  }
}

/** Replaces what an element shows. */
export function show(node: Element, ...children: Child[]): void {
  const next = document.createDocumentFragment();
  add(next, children);
  node.replaceChildren(next);
}

const NS = "http://www.w3.org/2000/svg";

/** A line drawing of 24 × 24 in the colour of its surroundings. */
export function icon(path: string, size = 20): SVGSVGElement {
  const svg = document.createElementNS(NS, "svg");
  for (const [name, value] of Object.entries({
    viewBox: "0 0 24 24",
    width: size,
    height: size,
    "aria-hidden": "true",
  }))
    svg.setAttribute(name, String(value));
  svg.classList.add("icon");
  const line = document.createElementNS(NS, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

export const icons = {
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14Zm9 16-4-4",
  bag: "M6 8h12l1 12H5L6 8Zm3 0V7a3 3 0 0 1 6 0v1",
  person: "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM4.5 20c.8-3.6 3.8-5.5 7.5-5.5s6.7 1.9 7.5 5.5",
  parcel: "M4 8l8-4 8 4v8l-8 4-8-4V8Zm0 0 8 4 8-4M12 12v8",
  talk: "M4 6h16v10H10l-5 4v-4H4V6Z",
  back: "M14 6l-6 6 6 6",
  plus: "M12 6v12M6 12h12",
  minus: "M6 12h12",
  bin: "M6 8h12l-1 12H7L6 8Zm3 0V5h6v3M4 8h16",
  check: "M5 12.5l4.5 4.5L19 7.5",
} as const;
