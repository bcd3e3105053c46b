import { useEffect, useLayoutEffect, useRef, useState, type ReactNode, type RefObject } from "react";
import type { Row } from "../api/types";
import { ROW_PX, scrollFor, visibleRows, type Range } from "./visible";

const HEADING_PX = 28;
/** So many rows before the end the next ones are asked for. */
const AHEAD = 30;

interface Props<R extends Row> {
  rows: readonly R[];
  current: string | null;
  box: RefObject<HTMLDivElement | null>;
  more?: (() => void) | undefined;
  children: (row: R) => ReactNode;
}

/** The rows of one heading; of many, only those on the screen are made. */
export function RowList<R extends Row>({ rows, current, box, more, children }: Props<R>) {
  const list = useRef<HTMLUListElement>(null);
  const { from, to } = useVisible(box, list, rows.length);
  useInSight(box, list, rows, current);
  const near = more && to + AHEAD >= rows.length ? more : undefined;
  useEffect(() => near?.(), [near]);
  return (
    <ul ref={list} style={{ paddingBlock: `${from * ROW_PX}px ${(rows.length - to) * ROW_PX}px` }}>
      {rows.slice(from, to).map((row) => (
        <li key={row.conversation_id}>{children(row)}</li>
      ))}
    </ul>
  );
}

function useVisible(box: RefObject<HTMLDivElement | null>, list: RefObject<HTMLUListElement | null>, count: number): Range {
  const [range, setRange] = useState<Range>(() => visibleRows(count, 0, 900));
  useLayoutEffect(() => {
    const frame = box.current;
    if (!frame) return;
    const look = (): void => {
      const next = visibleRows(count, frame.scrollTop - (list.current?.offsetTop ?? 0), frame.clientHeight || 900);
      setRange((before) => (before.from === next.from && before.to === next.to ? before : next));
    };
    look();
    frame.addEventListener("scroll", look, { passive: true });
    window.addEventListener("resize", look);
    return () => {
      frame.removeEventListener("scroll", look);
      window.removeEventListener("resize", look);
    };
  }, [box, list, count]);
  return { from: Math.min(range.from, count), to: Math.min(Math.max(range.to, range.from), count) };
}

/** Moving through the list keeps the open conversation on the screen. */
function useInSight(box: RefObject<HTMLDivElement | null>, list: RefObject<HTMLUListElement | null>, rows: readonly Row[], current: string | null): void {
  const index = rows.findIndex((r) => r.conversation_id === current);
  useEffect(() => {
    const frame = box.current;
    if (!frame || index < 0) return;
    const top = scrollFor(index, list.current?.offsetTop ?? 0, frame.scrollTop, frame.clientHeight || 900, HEADING_PX);
    if (top !== null) frame.scrollTop = top;
  }, [box, list, index]);
}
