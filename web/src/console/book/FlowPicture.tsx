import { useEffect, useMemo, useRef } from "react";
import { Icon, type IconName } from "../../shared/icons";
import { HEIGHT, layOut, pathOf, WIDTH, type Placed, type Way } from "./layout";
import type { Finding, NodeKind, Picture, Standing } from "./types";

const ICONS: Record<NodeKind, IconName> = { start: "bolt", ask: "chat", read: "tool", if: "branch", act: "stamp", say: "assist", set: "note", person: "hand", flow: "right", end: "check" };

interface Props {
  picture: Picture;
  standing: Standing | undefined;
  findings: readonly Finding[];
  line: number;
  goTo(line: number): void;
}

/** A flow with the conversations that are in each of its steps now. */
export function FlowPicture({ picture, standing, findings, line, goTo }: Props) {
  const { nodes, ways, width, height } = useMemo(() => layOut(picture), [picture]);
  const pane = useRef<HTMLDivElement>(null);
  const at = stepAt(nodes, line);
  const here = nodes.find((node) => node.id === at) ?? nodes[0];
  useEffect(() => {
    if (!pane.current || !here) return;
    pane.current.scrollLeft = here.x + WIDTH / 2 - pane.current.clientWidth / 2;
    pane.current.scrollTop = here.y + HEIGHT / 2 - pane.current.clientHeight / 2;
  }, [here]);
  const counts = standing?.steps[picture.flow] ?? {};
  const inside = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const older = standing?.older[picture.flow] ?? 0;
  const wrong = new Set(findings.filter((one) => one.file === picture.file).map((one) => stepAt(nodes, one.line)));
  return (
    <figure className="flow" aria-label={`Picture of ${picture.flow}`}>
      <figcaption className="row xs">
        <b>{picture.flow}</b>
        <span className="t2">
          {inside} {inside === 1 ? "conversation" : "conversations"} in it now{older > 0 && `, ${older} on an older book`}
        </span>
      </figcaption>
      <div className="over grow" ref={pane}>
        <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`}>
          <defs>
            <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse">
              <path d="M1 1 7 4 1 7" className="arrow" />
            </marker>
          </defs>
          {ways.map((way) => (
            <WayLine key={`${way.source}>${way.target}:${way.label}`} way={way} />
          ))}
          {nodes.map((node) => (
            <Step key={node.id} node={node} count={counts[node.id] ?? 0} deciding={node.kind === "act" ? (standing?.deciding[node.title] ?? 0) : 0} wrong={wrong.has(node.id)} here={node.id === here?.id && line > 0} goTo={goTo} />
          ))}
        </svg>
      </div>
    </figure>
  );
}

function WayLine({ way }: { way: Way }) {
  const [from, to] = [way.points[0], way.points[1]];
  return (
    <g className={way.back ? "way way-back" : "way"}>
      <path d={pathOf(way)} markerEnd="url(#arrow)" />
      {way.label && from && to && (
        <text x={to[0] + 6} y={way.back ? from[1] - 6 : to[1] - 9}>
          {short(way.label, 26)}
          <title>{way.label}</title>
        </text>
      )}
    </g>
  );
}

interface StepProps {
  node: Placed;
  count: number;
  deciding: number;
  wrong: boolean;
  here: boolean;
  goTo(line: number): void;
}

function Step({ node, count, deciding, wrong, here, goTo }: StepProps) {
  const told = `${node.title}, ${node.detail}${count ? `, ${count} in it now` : ""}${deciding ? `, ${deciding} wait for a decision` : ""}`;
  const state = wrong ? "step-wrong" : deciding ? "step-waits" : here ? "step-here" : "";
  const open = (): void => goTo(node.line);
  return (
    <g className={`step step-${node.kind} ${state}`} transform={`translate(${node.x} ${node.y})`}>
      <rect width={WIDTH} height={HEIGHT} rx={node.kind === "start" || node.kind === "end" ? 21 : 6} />
      <foreignObject width={WIDTH} height={HEIGHT}>
        <button type="button" disabled={node.line === 0} aria-label={told} title={node.detail} onClick={open}>
          <span className="clip">{node.title}</span>
          <span className="clip t2 xxs">
            <Icon name={ICONS[node.kind]} size="sm" /> {node.detail}
          </span>
        </button>
      </foreignObject>
      {count + deciding > 0 && (
        <g className="count" transform={`translate(${WIDTH - 14} 0)`} aria-hidden="true">
          <circle r="10" />
          <text textAnchor="middle" dy="4">
            {count + deciding}
          </text>
        </g>
      )}
    </g>
  );
}

/** The step in whose lines a line stands: the last that begins at or above it. */
function stepAt(nodes: readonly Placed[], line: number): string | undefined {
  const above = nodes.filter((node) => node.line > 0 && node.line <= line);
  return above.reduce<Placed | undefined>((best, node) => (best && best.line > node.line ? best : node), undefined)?.id;
}

function short(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
