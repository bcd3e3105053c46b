import { useState } from "react";
import { clock, day } from "../../shared/words";
import { Fault } from "../room/Fault";
import { roomAt } from "../rooms";
import { inOrder, share } from "./order";
import { useRuns } from "./useEvals";

/** Every run that was kept; two of them can be compared. */
export function Runs() {
  const runs = useRuns();
  const [chosen, choose] = useState<readonly string[]>([]);
  const toggle = (id: string): void => choose(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id].slice(-2));
  const pair = inOrder(chosen, runs.data ?? []);
  return (
    <div className="desk-1">
      <section className="card" aria-label="Runs">
        <header className="row">
          <h2>Runs</h2>
          <span className="xs t3">{pair ? "" : "Choose two to compare."}</span>
          {pair && (
            <a className="btn btn-sm btn-main push" href={roomAt("evals", "compare", pair[0], pair[1])}>
              Compare these two
            </a>
          )}
        </header>
        {runs.error && <Fault what="The runs did not load." error={runs.error} again={() => void runs.refetch()} />}
        {runs.data?.length === 0 && (
          <p className="xs t2">
            No run was kept yet. <code className="mono">frontdesk eval --keep here</code> plays the scenarios and puts the run here.
          </p>
        )}
        {runs.data && runs.data.length > 0 && (
          <div className="over">
            <table>
              <thead>
                <tr>
                  <th scope="col">
                    <span className="vh">Compare</span>
                  </th>
                  <th scope="col">When</th>
                  <th scope="col">Suite</th>
                  <th scope="col" className="r">
                    Passed
                  </th>
                  <th scope="col" className="r">
                    Failed
                  </th>
                  <th scope="col" className="r">
                    Share
                  </th>
                </tr>
              </thead>
              <tbody>
                {runs.data.map((run) => (
                  <tr key={run.run_id} className={chosen.includes(run.run_id) ? "is-open" : ""}>
                    <td>
                      <input type="checkbox" aria-label={`Compare the run of ${day(run.at)} ${clock(run.at)}`} checked={chosen.includes(run.run_id)} onChange={() => toggle(run.run_id)} />
                    </td>
                    <td>
                      <a href={roomAt("evals", "run", run.run_id)}>
                        {day(run.at)} {clock(run.at)}
                      </a>
                    </td>
                    <td>{run.suite}</td>
                    <td className="r num">{run.passed}</td>
                    <td className={`r num ${run.failed ? "bad strong" : ""}`}>{run.failed}</td>
                    <td className="r num">{share(run.passed, run.passed + run.failed)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </section>
    </div>
  );
}
