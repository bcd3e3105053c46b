import { Icon } from "../../shared/icons";
import { milliseconds } from "../../shared/words";
import type { ToolCall } from "../api/types";
import { whyAt } from "../hooks/route";
import { useWhy } from "../hooks/useWhy";
import { ruleWords } from "../why/waterfall";

interface Props {
  conversationId: string;
  seq: number;
  open?: ((seq: number) => void) | undefined;
}

/** Under a reply: what decided it, how long it took, and the way to the whole of it. */
export function WhyLine({ conversationId, seq, open }: Props) {
  const why = useWhy(conversationId, seq).data;
  const tools = why?.tools ?? [];
  return (
    <>
      <p className="line">
        <Icon name="branch" size="sm" />
        <span>
          {why && `${ruleWords(why)} · ${why.ms === null ? "" : `${milliseconds(why.ms)} ms · `}`}
          {open ? (
            <button type="button" className="as-link" onClick={() => open(seq)}>
              why
            </button>
          ) : (
            <a href={whyAt(conversationId, seq)}>why</a>
          )}
        </span>
      </p>
      {tools.length > 0 && (
        <p className="line">
          <Icon name="tool" size="sm" />
          {tools.map((tool, i) => (
            <ToolWords tool={tool} key={i} />
          ))}
        </p>
      )}
    </>
  );
}

export function ToolWords({ tool }: { tool: ToolCall }) {
  const args = Object.values(tool.args).map((v) => (typeof v === "object" ? "…" : String(v)));
  const done = /^(ok|done|succeeded|success|found|recorded|replayed)/i.test(tool.outcome);
  return (
    <span className="row row-1">
      <span className="mono">{`${tool.name}(${args.join(", ")})`}</span>
      {!done && <span>{tool.outcome.replaceAll("_", " ")}</span>}
      {tool.ms !== null && <span className="num">{milliseconds(tool.ms)} ms</span>}
      {done && <Icon name="check" size="sm" className="ok" label="done" />}
    </span>
  );
}
