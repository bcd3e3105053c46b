import { span } from "../../shared/words";
import { useNow } from "../hooks/useNow";
import { Avatar } from "../shell/marks";
import { behindAt, percent, worstAhead } from "./figures";
import { Panel } from "./Panels";
import type { AgentLine, Board } from "./types";

/** Who works, how full each desk is, and which customer has waited longest for an answer. */
export function Agents({ board }: { board: Board }) {
  const { now, agents } = board;
  const reachable = agents.filter((a) => a.status === "online").length;
  return (
    <Panel title="Agents" aside={`${reachable} reachable, ${now.places_taken} of ${now.places} places taken`}>
      {agents.length === 0 ? (
        <p className="xs t3">Nobody works here yet. An administrator adds people.</p>
      ) : (
        <div className="sideways">
          <table className="agents">
            <thead>
              <tr>
                <th scope="col">Agent</th>
                <th scope="col">Status</th>
                <th scope="col">Load</th>
                <th scope="col">Skills and languages</th>
                <th scope="col" className="r">
                  Answer waited for
                </th>
                <th scope="col" className="r">
                  Survey
                </th>
              </tr>
            </thead>
            <tbody>
              {agents.map((agent) => (
                <AgentRow key={agent.agent_id} agent={agent} board={board} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <OneMore board={board} />
    </Panel>
  );
}

const DOTS = { online: "dot-on", away: "dot-away", offline: "dot-off" };

function AgentRow({ agent, board }: { agent: AgentLine; board: Board }) {
  const time = useNow();
  return (
    <tr>
      <th scope="row">
        <a className="row" href={behindAt("agent", board.period, agent.agent_id)}>
          <Avatar name={agent.name} size="av-sm" />
          <span className="medium">{agent.name}</span>
        </a>
      </th>
      <td>
        <span className="row row-1">
          <span className={`dot ${DOTS[agent.status]}`} />
          {agent.status}
        </span>
      </td>
      <td>
        <span className="row">
          <span className="pips" aria-hidden>
            {Array.from({ length: Math.min(agent.max_load, 10) }, (_, i) => (
              <i key={i} className={i < agent.load ? "on" : ""} />
            ))}
          </span>
          <span className="num">
            {agent.load} of {agent.max_load} {agent.load >= agent.max_load && <span className="warn strong">full</span>}
          </span>
        </span>
      </td>
      <td className="t2">{[...agent.skills, ...agent.languages].join(", ")}</td>
      <td className="r num">{agent.waits_since ? span((time - Date.parse(agent.waits_since)) / 1000) : "–"}</td>
      <td className="r num">{agent.survey?.toFixed(1) ?? "–"}</td>
    </tr>
  );
}

/** What one more agent would change, where the promise would not be kept. */
function OneMore({ board }: { board: Board }) {
  const worst = worstAhead(board);
  if (!worst) return null;
  const better = board.sla.with_one_more.find((p) => p.at === worst.at)?.value ?? null;
  return (
    <p className="one-more xs">
      <b>With one more agent the share in time is {percent(better, 0)}</b> <span className="t2">instead of {percent(worst.value, 0)} when it is worst. People come as they did in the last two hours.</span>
    </p>
  );
}
