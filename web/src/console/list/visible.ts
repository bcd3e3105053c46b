/** The height of a row of the list; `.item` in desk.css has the same. */
export const ROW_PX = 77;

const BEYOND = 8;
/** Up to so many rows nothing is gained by leaving any out. */
const FEW = 60;

export interface Range {
  from: number;
  to: number;
}

/** Which rows are on the screen, and a few beyond; `above` is how far the list's beginning has been scrolled away. */
export function visibleRows(count: number, above: number, height: number): Range {
  if (count <= FEW) return { from: 0, to: count };
  const from = Math.min(count, Math.max(0, Math.floor(above / ROW_PX) - BEYOND));
  return { from, to: Math.min(count, Math.max(from, Math.ceil((above + height) / ROW_PX) + BEYOND)) };
}

/** Where to scroll so that a row can be seen whole under the heading; null when it can be already. */
export function scrollFor(index: number, listTop: number, scrollTop: number, height: number, heading: number): number | null {
  const top = listTop + index * ROW_PX;
  if (top < scrollTop + heading) return top - heading;
  if (top + ROW_PX > scrollTop + height) return top + ROW_PX - height;
  return null;
}
