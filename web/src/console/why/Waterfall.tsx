import { Icon, type IconName } from "../../shared/icons";
import { milliseconds } from "../../shared/words";
import type { Why } from "../api/types";
import { TopicWords } from "./Topics";
import { overBudget, ticks, tickStep, whyRows, widthOf, type Topic, type WhyRow } from "./waterfall";

const ICONS: Record<Topic, IconName> = {
  message: "inbox",
  delivery: "send",
  "input rails": "shield",
  "output rails": "shieldok",
  understanding: "search",
  route: "branch",
  flow: "book",
  tools: "tool",
  sources: "shelf",
  models: "bolt",
  commit: "check",
};

/** The stages of one turn: what each decided, when it ran, and how it stands to its budget. */
export function Waterfall({ why, compact = false }: { why: Why; compact?: boolean }) {
  const width = widthOf(why);
  return (
    <div className={compact ? "wf wf-compact" : "wf"} style={{ "--step": `${(tickStep(width) / width) * 100}%` }} role="table" tabIndex={0} aria-label="Stages of this turn">
      <div className="st head xxs t3" role="row">
        <span role="columnheader">Stage</span>
        {!compact && <span role="columnheader">What it decided</span>}
        <div className="axis" role="columnheader">
          <span className="vh">When</span>
          {ticks(width).map((at) => (
            <span key={at} aria-hidden style={{ insetInlineStart: `${(at / width) * 100}%` }}>
              {at}
            </span>
          ))}
        </div>
        <span className="r" role="columnheader">
          ms
        </span>
      </div>
      {whyRows(why).map((row, i) => (
        <StageRow row={row} why={why} width={width} key={row.name + i} />
      ))}
    </div>
  );
}

function StageRow({ row, why, width }: { row: WhyRow; why: Why; width: number }) {
  const { stages, topic } = row;
  return (
    <div className={topic === "route" ? "st st-route" : "st"} role="row">
      <div className="nm" role="rowheader">
        <Icon name={topic ? ICONS[topic] : "clock"} />
        {row.name}
      </div>
      <div className="wh" role="cell">
        {topic && <TopicWords topic={topic} why={why} />}
      </div>
      <div className="time" role="cell">
        {stages.map((stage, i) => (
          <i
            key={i}
            className={overBudget(stage) ? "over" : ""}
            style={{ "--row": i, insetInlineStart: `${(stage.start_ms / width) * 100}%`, width: `max(3px, ${(stage.ms / width) * 100}%)` }}
          />
        ))}
      </div>
      <div className="ms" role="cell">
        {stages.map((stage, i) => (
          <span key={i} className="row row-1">
            <span className={overBudget(stage) ? "bad strong" : ""}>{milliseconds(stage.ms)}</span>
            {stage.budget_ms !== null && <span className="t3 budget">of {milliseconds(stage.budget_ms)}</span>}
          </span>
        ))}
      </div>
    </div>
  );
}
