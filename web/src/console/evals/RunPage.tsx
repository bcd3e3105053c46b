import { clock, day } from "../../shared/words";
import { Fault } from "../room/Fault";
import { roomAt } from "../rooms";
import { Conversation } from "./Conversation";
import { figure, share } from "./order";
import type { Run } from "./types";
import { useRun } from "./useEvals";

const MOST_PASSED = 200;

/** One run: its metrics, then the conversations, those that failed first. */
export function RunPage({ id }: { id: string }) {
  const opened = useRun(id);
  if (opened.error) return <Fault what="The run did not load." error={opened.error} again={() => void opened.refetch()} />;
  if (!opened.data) return <div className="desk-1" aria-busy="true" />;
  const { run, here } = opened.data;
  const failed = run.conversations.filter((one) => !one.passed);
  const passed = run.conversations.filter((one) => one.passed);
  return (
    <div className="desk-1">
      <section className="card" aria-label="Metrics">
        <header className="row wrap">
          <a className="btn btn-sm btn-quiet" href={roomAt("evals")}>
            All runs
          </a>
          <h2>
            {run.suite}, {day(run.at)} {clock(run.at)}
          </h2>
          <span className={run.passed ? "tag tag-ok" : "tag tag-bad"}>{run.passed ? "quality holds" : "quality fell"}</span>
        </header>
        <Metrics run={run} />
      </section>
      <section className="card" aria-label="Conversations that failed">
        <h2>{failed.length === 0 ? "Every conversation passed" : `${failed.length} of ${run.conversations.length} failed`}</h2>
        {failed.map((one) => (
          <Conversation key={one.name} played={one} here={here.includes(one.conversation_id)} open={failed.length === 1} />
        ))}
      </section>
      {passed.length > 0 && (
        <details className="card">
          <summary>{passed.length} passed</summary>
          {passed.slice(0, MOST_PASSED).map((one) => (
            <Conversation key={one.name} played={one} here={here.includes(one.conversation_id)} />
          ))}
        </details>
      )}
    </div>
  );
}

function Metrics({ run }: { run: Run }) {
  return (
    <div className="over">
      <table>
        <thead>
          <tr>
            <th scope="col">Metric</th>
            <th scope="col">Promise</th>
            <th scope="col" className="r">
              Held
            </th>
            <th scope="col" className="r">
              Demanded
            </th>
          </tr>
        </thead>
        <tbody>
          {run.metrics.map((one) => (
            <tr key={one.metric}>
              <td>{one.metric}</td>
              <td className="t2">{one.promise}</td>
              <td className={`r num ${one.conversations && one.passed / one.conversations < one.wanted ? "bad strong" : ""}`}>{share(one.passed, one.conversations)}</td>
              <td className="r num">{share(one.wanted, 1)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <dl className="facts figures">
        {Object.entries(run.figures).map(([name, value]) => (
          <div key={name} className="pair">
            <dt>{name}</dt>
            <dd className="num">{figure(value)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
