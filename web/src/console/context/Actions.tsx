import { clock } from "../../shared/words";
import type { ActionState } from "../api/types";

/** The uses of tools with effect in this conversation, and how far each is. */
export function Actions({ actions }: { actions: readonly ActionState[] }) {
  if (!actions.length) return <p className="xs t3 pad">No action yet. What changes something in the company’s systems stands here, from the question to the receipt.</p>;
  return (
    <ul>
      {actions.map((action) => (
        <li key={action.action_id}>
          <section>
            <div className="row">
              <b>{action.label}</b>
              <span className="chip">{action.status.replaceAll("_", " ")}</span>
              <time className="push xs t3 num" dateTime={action.updated_at}>
                {clock(action.updated_at)}
              </time>
            </div>
            <dl className="facts">
              {Object.entries(action.args).map(([name, value]) => (
                <div key={name}>
                  <dt>{name.replaceAll("_", " ")}</dt>
                  <dd>{typeof value === "object" ? JSON.stringify(value) : String(value)}</dd>
                </div>
              ))}
            </dl>
          </section>
        </li>
      ))}
    </ul>
  );
}
