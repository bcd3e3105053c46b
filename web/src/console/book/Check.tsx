import { Why } from "../room/Fault";
import { roomAt } from "../rooms";
import type { Finding, Report } from "./types";

const SHOWN_NOTES = 20;

/** What the check says of the draft: each problem leads to its line, with the conversation that shows it. */
export function Check({ report, error, old, again }: { report: Report | undefined; error: Error | null; old: boolean; again(): void }) {
  return (
    <section className={`verdict ${old ? "is-old" : ""}`} aria-label="Check" aria-busy={old}>
      <header className="row">
        <h2>Check</h2>
        {report && <span className={report.passed ? "xs ok" : "xs bad"}>{report.summary}</span>}
        <button type="button" className="btn btn-sm push" disabled={old} onClick={again}>
          {old ? "Checking…" : "Check again"}
        </button>
      </header>
      <Why error={error} />
      <ul aria-live="polite">
        {report?.problems.map((one) => (
          <Problem key={`${one.file}:${one.line}:${one.column}:${one.message}`} finding={one} />
        ))}
      </ul>
      {report && report.notes.length > 0 && (
        <details>
          <summary className="xs t2">{report.notes.length === 1 ? "1 note" : `${report.notes.length} notes`}</summary>
          <ul>
            {report.notes.slice(0, SHOWN_NOTES).map((one) => (
              <Problem key={`${one.file}:${one.line}:${one.message}`} finding={one} />
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

function Problem({ finding }: { finding: Finding }) {
  return (
    <li className="finding-line">
      <a href={roomAt("book", "file", finding.file, String(finding.line))} className="mono">
        {finding.file}:{finding.line}
      </a>
      <p>
        <b>{finding.message}</b> <span className="t2">{finding.hint}</span>
      </p>
      {finding.shown_by.length > 0 && (
        <ol className="shown-by xs">
          {finding.shown_by.map((line, index) => (
            <li key={index}>{line}</li>
          ))}
        </ol>
      )}
    </li>
  );
}
