import type { ReactNode } from "react";
import { clock, shortDay } from "../../shared/words";
import { Fault } from "../room/Fault";
import { roomAt } from "../rooms";
import { useReview } from "./useHelp";

/** What owners should look at: contradictions, broken links, days that have come, what imports did. */
export function ReviewPage() {
  const review = useReview();
  if (review.error) return <Fault what="The review did not load." error={review.error} again={() => void review.refetch()} />;
  const found = review.data;
  if (!found) return <div className="desk-1" aria-busy="true" />;
  return (
    <div className="desk-1">
      <Part name="Figures that contradict each other" none="No two articles give other figures for the same.">
        {found.contradictions.map((one) => (
          <li key={`${one.first.text}|${one.second.text}|${one.why}`}>
            <b className="warn">{one.why}</b>
            <Quote said={one.first} />
            <Quote said={one.second} />
          </li>
        ))}
      </Part>
      <Part name="Links that lead nowhere" none="Every link between articles leads somewhere.">
        {found.links.map((one) => (
          <li key={`${one.article_id} ${one.address}`}>
            <Open id={one.article_id} /> <span className="mono">{one.address}</span>: {one.why}
          </li>
        ))}
      </Part>
      <Part name="Days that have come" none="Nothing is to be looked at again, and nothing expires within two weeks.">
        {found.days.map((one) => (
          <li key={`${one.article_id} ${one.what}`}>
            <Open id={one.article_id} shown={one.title} /> {one.what === "review" ? "is to be looked at again" : "is withdrawn"} on {shortDay(one.day)}, by {one.owner}
          </li>
        ))}
      </Part>
      <Part name="Sources" none="No source yet: frontdesk knowledge import takes articles from files, exports and websites.">
        {found.sources.map((one) => (
          <li key={one.source_id}>
            <b>{one.source_id}</b> <bdi className="mono">{one.address}</bdi> {one.every_minutes ? `every ${one.every_minutes} min` : "by hand"}
            {one.last_at && `, last ${shortDay(one.last_at)} ${clock(one.last_at)}: ${one.summary}`}
            {one.lines.length > 0 && (
              <details>
                <summary>{one.lines.length} lines</summary>
                <pre className="mono">{one.lines.join("\n")}</pre>
              </details>
            )}
          </li>
        ))}
      </Part>
    </div>
  );
}

function Part({ name, none, children }: { name: string; none: string; children: ReactNode[] }) {
  return (
    <section className="card" aria-label={name}>
      <h2>{name}</h2>
      {children.length === 0 ? <p className="xs t3">{none}</p> : <ul className="gaps xs">{children}</ul>}
    </section>
  );
}

function Quote({ said }: { said: { article_id: string; title: string; heading: string; text: string } }) {
  return (
    <p>
      “{said.text}” <Open id={said.article_id} shown={`${said.title}, ${said.heading}`} />
    </p>
  );
}

function Open({ id, shown = id }: { id: string; shown?: string }) {
  return <a href={roomAt("help", "article", id)}>{shown}</a>;
}
