const SVG = "http://www.w3.org/2000/svg";

const PATHS = {
  assist: "M3 11.5h10M4 11.5a4 4 0 0 1 8 0M8 7.5V6M8 2.2v1.3M3.5 4l.9.9M12.5 4l-.9.9",
  bell: "M2.5 11.5h11M3.5 11.5a4.5 4.5 0 0 1 9 0M8 7V5M6.5 4.5h3M2 13.5h12",
  check: "m3 8.5 3.2 3.2L13 4.8",
  clock: "M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 1 0 0-11M8 5v3.2l2 1.3",
  down: "m4 6.5 4 4 4-4",
  hand: "M5.5 3a2.4 2.4 0 1 0 0 5 2.4 2.4 0 1 0 0-5M1.5 13c0-3 5-5 7-3M9.5 11.5h5l-2-2M14.5 11.5l-2 2",
  offline: "M2 2l12 12M1.5 6a9 9 0 0 1 13 0M4 9a6 6 0 0 1 8 0M8 12v.01",
  send: "M8 13.5v-11M3.5 7 8 2.5 12.5 7",
  warn: "M8 2.5 14.5 13.5h-13zM8 6.5v3.2M8 11.6v.01",
};

export type IconName = keyof typeof PATHS;
type Child = Node | string;

/** An element with attributes and children; text only ever becomes text nodes. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string>,
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  for (const name in attributes) node.setAttribute(name, attributes[name] ?? "");
  node.append(...children);
  return node;
}

export function icon(name: IconName): SVGSVGElement {
  return drawn(PATHS[name]);
}

/** A picture of one line, for those who see. */
export function drawn(line: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", line);
  svg.append(path);
  return svg;
}

/** One thing on the screen: its element is kept while `key` and `version` stay the same. */
export interface Item {
  key: string;
  version: string;
  build: () => HTMLElement;
}

/** Brings a list to the screen by adding, replacing and removing only what changed, so that a screen reader hears each line once. */
export function reconcile(parent: HTMLElement, items: readonly Item[]): void {
  const old = new Map<string, HTMLElement>();
  for (const child of parent.children) if (child instanceof HTMLElement) old.set(child.dataset.key ?? "", child);
  items.forEach((item, i) => {
    let node = old.get(item.key);
    if (!node || node.dataset.version !== item.version) {
      const fresh = item.build();
      if (node && node.textContent === fresh.textContent) node.className = fresh.className;
      else {
        node?.remove();
        node = fresh;
      }
      node.dataset.key = item.key;
      node.dataset.version = item.version;
    }
    old.delete(item.key);
    const at = parent.children[i];
    if (at !== node) parent.insertBefore(node, at ?? null);
  });
  for (const node of old.values()) node.remove();
}
