import { clock, day } from "../../shared/words";
import { Fault } from "../room/Fault";
import { roomAt } from "../rooms";
import { Conversation } from "./Conversation";
import { figure } from "./order";
import type { Comparison, Difference, RunLine } from "./types";
import { useComparison } from "./useEvals";

const TITLES: readonly (readonly [Difference, string])[] = [
  ["broken", "Broke"],
  ["still_failing", "Still fail"],
  ["mended", "Were mended"],
  ["added", "Are new"],
  ["removed", "Are gone"],
];

const when = (run: RunLine): string => `${day(run.at)} ${clock(run.at)}`;

/** Two runs beside each other: what broke comes first. */
export function Compared({ old, now }: { old: string; now: string }) {
  const found = useComparison(old, now);
  if (found.error) return <Fault what="The runs could not be compared." error={found.error} again={() => void found.refetch()} />;
  if (!found.data) return <div className="desk-1" aria-busy="true" />;
  const { changes, same } = found.data;
  return (
    <div className="desk-1">
      <section className="card" aria-label="Figures">
        <header className="row wrap">
          <a className="btn btn-sm btn-quiet" href={roomAt("evals")}>
            All runs
          </a>
          <h2>
            {when(found.data.old)} against {when(found.data.new)}
          </h2>
          <span className="xs t2">{same} passed in both</span>
        </header>
        <Figures found={found.data} />
      </section>
      {TITLES.map(([what, title]) => {
        const those = changes.filter((one) => one.what === what);
        if (!those.length) return null;
        return (
          <section key={what} className="card" aria-label={title}>
            <h2>
              {those.length} {title.toLowerCase()}
            </h2>
            {those.map((one) => {
              const played = one.new ?? one.old;
              return played && <Conversation key={one.name} played={played} here={false} open={what === "broken" && those.length === 1} />;
            })}
          </section>
        );
      })}
      {changes.length === 0 && <p className="xs t2">Every conversation came out alike.</p>}
    </div>
  );
}

function Figures({ found }: { found: Comparison }) {
  if (!found.figures.length) return <p className="xs t2">No figure moved.</p>;
  return (
    <div className="over">
      <table>
        <thead>
          <tr>
            <th scope="col">Figure</th>
            <th scope="col" className="r">
              Before
            </th>
            <th scope="col" className="r">
              Now
            </th>
          </tr>
        </thead>
        <tbody>
          {found.figures.map((one) => (
            <tr key={one.name}>
              <td>{one.name}</td>
              <td className="r num">{figure(one.old)}</td>
              <td className="r num strong">{figure(one.new)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
