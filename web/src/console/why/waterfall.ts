import { sentence } from "../../shared/words";
import type { ModelCall, Stage, Why } from "../api/types";

/** The parts of a decision that a stage can be asked about. */
export type Topic = "message" | "delivery" | "input rails" | "understanding" | "route" | "flow" | "tools" | "sources" | "models" | "output rails" | "commit";

/** One row of the waterfall: the stages of one topic in their order; none where nothing was measured. */
export interface WhyRow {
  name: string;
  topic: Topic | null;
  stages: readonly Stage[];
}

const TOPICS: [Topic, RegExp][] = [
  ["models", /^model/],
  ["output rails", /(output|out|reply).*rails?|rails?.*(out|output|reply)/],
  ["input rails", /rails?/],
  ["understanding", /understand|nlu|parse/],
  ["message", /claim|accept|inbox|message/],
  ["delivery", /deliver|outbox/],
  ["route", /route|ladder|assess/],
  ["flow", /plan|flow|respond/],
  ["tools", /tool|action|effect/],
  ["sources", /source|knowledge|retriev|answer/],
  ["commit", /commit|store/],
];

/** What each topic is called when no stage carries it. */
const TITLES: [Topic, (why: Why) => boolean][] = [
  ["input rails", (w) => w.rails.input !== undefined],
  ["understanding", (w) => w.understanding.path !== undefined],
  ["route", (w) => w.route.kind !== undefined],
  ["flow", (w) => w.flow !== null || w.decision !== null],
  ["tools", (w) => w.tools.length > 0],
  ["sources", (w) => w.sources.length > 0],
  ["models", (w) => Boolean(w.models?.length)],
  ["output rails", (w) => w.rails.output !== undefined],
];

/** The topics in the order in which they began, each once; topics without a stage follow. */
export function whyRows(why: Why): WhyRow[] {
  const rows = new Map<string, WhyRow>();
  for (const stage of [...why.stages].sort((a, b) => a.start_ms - b.start_ms)) {
    const topic = TOPICS.find(([, pattern]) => pattern.test(stage.name.toLowerCase()))?.[0] ?? null;
    const key = topic ?? `stage ${stage.name}`;
    const row = rows.get(key) ?? { name: sentence(stage.name), topic, stages: [] };
    rows.set(key, { ...row, stages: [...row.stages, stage] });
  }
  const missing = TITLES.filter(([topic, has]) => !rows.has(topic) && has(why));
  return [...rows.values(), ...missing.map(([topic]): WhyRow => ({ name: sentence(topic), topic, stages: [] }))];
}

/** The whole width of the waterfall in milliseconds. */
export function widthOf(why: Why): number {
  return Math.max(why.ms ?? 0, 0.1, ...why.stages.map((s) => s.start_ms + s.ms));
}

/** A round distance between marks, so that three to six fit. */
export function tickStep(width: number): number {
  const rough = width / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough) ?? rough;
}

/** The marks of the time axis. */
export function ticks(width: number): number[] {
  const step = tickStep(width);
  const marks: number[] = [];
  for (let at = 0; at <= width * 0.97; at += step) marks.push(Number(at.toPrecision(4)));
  return marks;
}

/** Whether a stage took longer than it should. */
export function overBudget(stage: Stage): boolean {
  return stage.budget_ms !== null && stage.ms > stage.budget_ms;
}

/** Which rule decided, in words: `rule 12, answer` or `Known pattern, answer`. */
export function ruleWords(why: Why): string {
  const { rule, kind } = why.route;
  if (kind === undefined && rule === undefined) return sentence(why.why);
  const named = rule === undefined ? "no rule" : /^\d+$/.test(String(rule)) ? `rule ${rule}` : `rule ${String(rule).replaceAll("_", " ")}`;
  return kind ? `${named}, ${kind.replaceAll("_", " ")}` : named;
}

/** One call to a model in words: what for, how it ended, what it used. */
export function modelWords(call: ModelCall): string {
  const ended = call.because ?? (call.outcome === "answered" ? "used" : call.outcome.replaceAll("_", " "));
  const tokens = call.prompt_tokens + call.completion_tokens;
  const cost = call.cost_usd === null ? "" : `, $${call.cost_usd.toFixed(4)}`;
  return `${call.model}, ${call.purpose}: ${ended}, ${tokens} tokens${cost}`;
}

/** What models were used for, in the sums: nothing, or their tokens and dollars. */
export function modelSum(why: Why): { figure: string; words: string } {
  const calls = why.models ?? [];
  if (!calls.length) return { figure: "no model used", words: "planner: rules" };
  const cost = calls.reduce((sum, call) => sum + (call.cost_usd ?? 0), 0);
  const tokens = calls.reduce((sum, call) => sum + call.prompt_tokens + call.completion_tokens, 0);
  return { figure: cost > 0 ? `$${cost.toFixed(4)}` : `${tokens} tokens`, words: `models, planner: ${why.planner?.by ?? "rules"}` };
}
