import type { Why } from "../api/types";
import { ruleWords } from "./waterfall";

const LAST_RULE = 13;

/** The rules in the order in which they are asked: which decided, which would have, and what they looked at. */
export function LadderWords({ why }: { why: Why }) {
  const { rule, reasons, rows = [], notes = [] } = why.route;
  const also = rows.filter((row) => String(row.rule) !== String(rule));
  return (
    <>
      <Rungs why={why} />
      {reasons?.map((reason) => (
        <div key={reason}>
          <b>{reason}</b>
        </div>
      ))}
      <Facts why={why} />
      {also.map((row) => (
        <div key={row.rule} className="t3">
          {`Rule ${row.rule} would have come next: ${row.reason}`}
        </div>
      ))}
      {notes.map((note) => (
        <div key={note.flag}>
          <span className="chip">{note.flag.replaceAll("_", " ")}</span> {note.reason}
        </div>
      ))}
    </>
  );
}

function Rungs({ why }: { why: Why }) {
  const { rule, rows = [] } = why.route;
  const fired = Number(rule);
  if (!Number.isInteger(fired) || fired < 1 || fired > LAST_RULE)
    return (
      <div className="ladder">
        <span className="fired">{ruleWords(why)}</span>
      </div>
    );
  const applied = new Set(rows.map((row) => row.rule));
  return (
    <ol className="ladder" aria-label={`Rules 1 to ${LAST_RULE}; ${ruleWords(why)} decided`}>
      {Array.from({ length: LAST_RULE }, (_, i) => i + 1).map((n) => (
        <li key={n} className={n === fired ? "fired" : n > fired ? (applied.has(n) ? "rung after applies" : "rung after") : "rung"}>
          {n === fired ? ruleWords(why) : n}
        </li>
      ))}
    </ol>
  );
}

function Facts({ why }: { why: Why }) {
  const { urgency, urgency_reasoning, risk, trend, standing } = why.route;
  const sentiment = why.understanding.sentiment;
  const told = [
    sentiment != null && `sentiment ${sentiment.toFixed(2).replace("-", "−")}${trend ? `, ${trend}` : ""}`,
    risk !== undefined && `risk ${risk.toFixed(2)}`,
    urgency !== undefined && `urgency ${urgency}`,
    standing?.resolution !== undefined && `settled ${standing.resolution.toFixed(2)}`,
    standing?.escalation !== undefined && `for a person ${standing.escalation.toFixed(2)}`,
  ].filter(Boolean);
  return (
    <>
      {told.length > 0 && <div>{told.join(" · ")}</div>}
      {urgency_reasoning && <div className="t3">Urgency: {urgency_reasoning}</div>}
    </>
  );
}
