import { useId, useState, type KeyboardEvent, type PointerEvent } from "react";
import { go } from "../hooks/useRoute";
import { apart, curve, nearest, place, stepTo, stretches, type Dot, type Frame } from "./chart";

export interface Series {
  name: string;
  dots: readonly Dot[];
  look?: "line" | "ahead" | "other";
  /** Written at the line's end; none where the heading says it already. */
  label?: string;
}

interface Props {
  name: string;
  series: readonly Series[];
  width: number;
  height: number;
  /** Room for the labels at the lines' ends. */
  aside?: number;
  x: { marks: readonly { at: number; text: string }[]; from: number; to: number };
  y: { marks: readonly number[]; text(value: number): string };
  /** Where a dashed line tells what is wanted. */
  target?: { y: number; text: string };
  /** Where what was ends and what is expected begins. */
  now?: number;
  filled?: boolean;
  empty: string;
}

/** One or two lines with their labels beside them; arrow keys read the points, a table tells them all. */
export function LineChart(props: Props) {
  const { name, series, width, height, aside = 60, x, y, target, now, filled, empty } = props;
  const frame: Frame = { left: 34, right: width - aside, top: 12, bottom: height - 26, x: [x.from, x.to], y: [y.marks[0] ?? 0, y.marks.at(-1) ?? 1] };
  const dots = series.flatMap((s) => s.dots.filter((d) => d.y !== null));
  const { chosen, keys, point, open, leave } = useReading(dots, frame, width);
  const told = useId();
  const spot = chosen?.y != null ? place(frame, chosen.x, chosen.y) : null;
  return (
    <figure className="chart">
      <div className="plot" tabIndex={dots.length ? 0 : -1} role="group" aria-label={`${name}. Arrow keys read the points.`} aria-describedby={told} onKeyDown={keys} onPointerMove={point} onPointerLeave={leave} onClick={open}>
        <svg viewBox={`0 0 ${width} ${height}`} aria-hidden>
          <Grid frame={frame} x={x} y={y} height={height} {...(now === undefined ? {} : { now })} />
          {target && <path d={`M${frame.left} ${place(frame, 0, target.y)[1]}H${frame.right}`} className="target" />}
          {series.map((s) => (
            <Line key={s.name} series={s} frame={frame} filled={filled ?? false} />
          ))}
          <Labels series={series} frame={frame} {...(target ? { target } : {})} />
          {spot && <circle cx={spot[0]} cy={spot[1]} r="5" className="p-read" />}
          {!dots.length && (
            <text x={(frame.left + frame.right) / 2} y={(frame.top + frame.bottom) / 2} className="ax" textAnchor="middle">
              {empty}
            </text>
          )}
        </svg>
        <p id={told} className={chosen ? "read" : "vh"} aria-live="polite">
          {chosen?.say ?? ""}
        </p>
      </div>
      <Told name={name} series={series} />
    </figure>
  );
}

/** The point that the arrow keys or the pointer have come to; the return key or a click opens what stands behind it. */
function useReading(dots: readonly Dot[], frame: Frame, width: number) {
  const [index, setIndex] = useState<number | null>(null);
  const chosen = index === null ? null : (dots[index] ?? null);
  const open = (): void => {
    if (chosen?.href) go(chosen.href);
  };
  const point = (event: PointerEvent): void => {
    const box = event.currentTarget.getBoundingClientRect();
    setIndex(nearest(dots, frame, width, (event.clientX - box.left) / box.width));
  };
  const keys = (event: KeyboardEvent): void => {
    if (event.key === "Enter") return open();
    if (event.key === "Escape" && chosen) {
      event.stopPropagation();
      return setIndex(null);
    }
    const next = stepTo(index, event.key, dots.length);
    if (next === index) return;
    event.preventDefault();
    setIndex(next);
  };
  return { chosen, keys, point, open, leave: () => setIndex(null) };
}

function Grid({ frame, x, y, height, now }: { frame: Frame; x: Props["x"]; y: Props["y"]; height: number; now?: number }) {
  return (
    <>
      {y.marks.map((mark) => {
        const [, at] = place(frame, frame.x[0], mark);
        return (
          <g key={mark}>
            <path d={`M${frame.left} ${at}H${frame.right}`} className="gr" />
            <text x={frame.left - 6} y={at + 4} className="ax num" textAnchor="end">
              {y.text(mark)}
            </text>
          </g>
        );
      })}
      {x.marks.map((mark) => (
        <text key={mark.at} x={place(frame, mark.at, 0)[0]} y={height - 6} className={mark.at === now ? "lb" : "ax num"} textAnchor="middle">
          {mark.text}
        </text>
      ))}
      {now !== undefined && <path d={`M${place(frame, now, 0)[0]} ${frame.top}V${frame.bottom}`} className="nowline" />}
    </>
  );
}

/** What stands at the lines' ends, none upon another. */
function Labels({ series, frame, target }: { series: readonly Series[]; frame: Frame; target?: NonNullable<Props["target"]> }) {
  const ends = series.flatMap((s) => {
    const end = s.label === undefined ? undefined : s.dots.filter((d) => d.y !== null).at(-1);
    return end?.y == null ? [] : [{ text: s.label, look: LABELS[s.look ?? "line"], at: place(frame, end.x, end.y) }];
  });
  const all = [...ends, ...(target ? [{ text: target.text, look: "ax", at: [frame.right, place(frame, 0, target.y)[1]] as [number, number] }] : [])];
  const lines = apart(all.map((one) => one.at[1]));
  return all.map((one, i) => (
    <text key={one.text} x={one.at[0] + 8} y={(lines[i] ?? one.at[1]) + 4} className={one.look}>
      {one.text}
    </text>
  ));
}

const LABELS = { line: "lb num", ahead: "la", other: "lw" };
const LOOKS = { line: "l1", ahead: "l1 l-ahead", other: "l2 l-dotted" };

function Line({ series, frame, filled }: { series: Series; frame: Frame; filled: boolean }) {
  const look = series.look ?? "line";
  const parts = stretches(series.dots).map((part) => part.map(({ x, y }) => place(frame, x, y)));
  const end = parts.at(-1)?.at(-1);
  return (
    <>
      {parts.map((points) => {
        const path = curve(points);
        const [from, to] = [points[0], points.at(-1)];
        return (
          <g key={path}>
            {filled && from && to && <path d={`${path}L${to[0]} ${frame.bottom}L${from[0]} ${frame.bottom}Z`} className="fill" />}
            {points.length === 1 && from ? <circle cx={from[0]} cy={from[1]} r="2.5" className="p1" /> : <path d={path} className={LOOKS[look]} />}
          </g>
        );
      })}
      {end && look !== "other" && <circle cx={end[0]} cy={end[1]} r="3.5" className="p1" />}
    </>
  );
}

/** The same points as a table, for who listens to the page. */
function Told({ name, series }: { name: string; series: readonly Series[] }) {
  return (
    <table className="vh">
      <caption>{name}</caption>
      <tbody>
        {series.map((s) =>
          s.dots
            .filter((d) => d.y !== null)
            .map((d) => (
              <tr key={s.name + d.x}>
                <th scope="row">{s.name}</th>
                <td>{d.href ? <a href={d.href} tabIndex={-1}>{d.say}</a> : d.say}</td>
              </tr>
            )),
        )}
      </tbody>
    </table>
  );
}
