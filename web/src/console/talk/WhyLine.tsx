import { Icon } from "../../shared/icons";
import { milliseconds } from "../../shared/words";
import type { ToolCall } from "../api/types";
import { useWhy } from "../hooks/useWhy";
import { ruleWords } from "../why/waterfall";

interface Turn {
  conversationId: string;
  seq: number;
}

/** Under a reply: what decided it, how long it took, and the way to the whole of it. */
export function WhyLine({ open, ...turn }: Turn & { open(seq: number): void }) {
  return (
    <p className="line">
      <Icon name="branch" size="sm" />
      <span>
        <RuleWords {...turn} />
        <button type="button" className="as-link" onClick={() => open(turn.seq)}>
          why
        </button>
      </span>
    </p>
  );
}

/** The confidence, the rule and the time of a turn, as far as they are known. */
export function RuleWords({ conversationId, seq }: Turn) {
  const why = useWhy(conversationId, seq).data;
  if (!why) return null;
  const confidence = why.understanding.confidence?.toFixed(2);
  const time = why.ms === null ? undefined : `${milliseconds(why.ms)} ms`;
  return `${[confidence, ruleWords(why), time].filter(Boolean).join(" · ")} · `;
}

/** The tools a turn used. */
export function ToolsLine({ conversationId, seq }: Turn) {
  const tools = useWhy(conversationId, seq).data?.tools ?? [];
  if (!tools.length) return null;
  return (
    <p className="line">
      <Icon name="tool" size="sm" />
      {tools.map((tool, i) => (
        <ToolWords tool={tool} key={i} />
      ))}
    </p>
  );
}

const OUTCOMES: Record<string, string> = { notfound: "not found", unknown: "outcome unknown, not repeated" };

/** One tool call: its name, what it was asked, how it went. */
export function ToolWords({ tool }: { tool: ToolCall }) {
  const args = Object.values(tool.args).filter((v) => v !== null && v !== "").map((v) => (typeof v === "object" ? "…" : String(v)));
  const done = tool.outcome === "succeeded";
  return (
    <span className="row row-1">
      <span className="mono">{`${tool.name}(${args.join(", ")})`}</span>
      {!done && <span>{OUTCOMES[tool.outcome] ?? tool.outcome.replaceAll("_", " ")}</span>}
      {tool.ms !== null && <span className="num">{milliseconds(tool.ms)} ms</span>}
      {done && <Icon name="check" size="sm" className="ok" label="done" />}
    </span>
  );
}
