import type { ToolCall } from "../api/types";
import { ToolWords } from "../talk/WhyLine";

const KINDS: Record<string, string> = { read: "read", effect: "effect", look_up: "looked up", settle: "settled by a person", undo: "taken back" };

/** One call: what was asked, how it went, and, opened, what came back. */
export function ToolCallWords({ tool }: { tool: ToolCall }) {
  return (
    <div className="call">
      <div className="row row-1 wrap">
        <ToolWords tool={tool} />
        {tool.kind && <span className={tool.kind === "read" ? "chip" : "tag tag-wait"}>{KINDS[tool.kind] ?? tool.kind}</span>}
        {tool.cached && <span className="chip">known already</span>}
      </div>
      {tool.result !== undefined && tool.result !== null && (
        <details>
          <summary>what came back</summary>
          <pre className="mono" tabIndex={0}>
            {JSON.stringify({ asked: tool.args, answered: tool.result }, null, 2)}
          </pre>
        </details>
      )}
    </div>
  );
}
