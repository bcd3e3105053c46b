import { useState } from "react";
import { Fault } from "../room/Fault";
import { FlowPicture } from "./FlowPicture";
import type { Picture, Report } from "./types";
import { useStanding } from "./useBook";

interface Props {
  report: Report | undefined;
  file: string | null;
  line: number;
  goTo(file: string, line: number): void;
}

/** The flow under the caret, or the one that was chosen; drawn from the draft where it can be read. */
export function FlowPane({ report, file, line, goTo }: Props) {
  const standing = useStanding();
  const [chosen, choose] = useState<string | null>(null);
  const flows = report?.flows.length ? report.flows : (standing.data?.flows ?? []);
  const picture = underCaret(flows, file, line) ?? flows.find((one) => one.flow === chosen) ?? flows[0];
  return (
    <section className="pictures" aria-label="Flow">
      <header className="row">
        <label className="row row-1 xs grow">
          <span className="label">Flow</span>
          <select
            className="field"
            value={picture?.flow ?? ""}
            onChange={(event) => {
              choose(event.target.value);
              const next = flows.find((one) => one.flow === event.target.value);
              if (next) goTo(next.file, next.line);
            }}
          >
            {flows.map((one) => (
              <option key={one.flow} value={one.flow}>
                {one.flow}
              </option>
            ))}
          </select>
        </label>
      </header>
      {standing.error && <Fault what="Who is in the flows is not known now." error={standing.error} />}
      {picture && <FlowPicture key={picture.flow} picture={picture} standing={standing.data} findings={report?.problems ?? []} line={picture.file === file ? line : 0} goTo={(at) => goTo(picture.file, at)} />}
      <p className="xxs t3 legend">Figures are conversations there now. Brass: a person decides. Red: the check found something.</p>
    </section>
  );
}

/** In a file of flows, the last flow that begins above the caret. */
function underCaret(flows: readonly Picture[], file: string | null, line: number): Picture | undefined {
  const here = flows.filter((one) => one.file === file).sort((a, b) => a.line - b.line);
  return here.filter((one) => one.line <= line).at(-1) ?? here[0];
}
