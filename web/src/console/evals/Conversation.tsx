import { talkAt, whyAt } from "../hooks/route";
import type { Played } from "./types";

/** One conversation that was played: what failed first, then what was said. */
export function Conversation({ played, here, open }: { played: Played; here: boolean; open?: boolean }) {
  const failed = played.scores.filter((score) => !score.passed);
  return (
    <details className="played" open={open}>
      <summary>
        <span className={played.passed ? "tag tag-ok" : "tag tag-bad"}>{played.passed ? "passed" : "failed"}</span> {played.name}
        {failed.length > 0 && <span className="xs t2"> {failed.map((score) => score.metric).join(", ")}</span>}
      </summary>
      {played.broke && <p className="xs bad">{played.broke}</p>}
      {failed.map((score) => (
        <p key={score.metric} className="xs">
          <b>{score.metric}</b> {score.reason}
        </p>
      ))}
      <ol className="said xs">
        {played.exchanges.map((exchange, index) => (
          <li key={index}>
            <p>
              <b>{exchange.who}</b> {exchange.said}
            </p>
            {exchange.replies.map((reply, n) => (
              <p key={n} className="t2">
                {reply}
              </p>
            ))}
            {here && exchange.seq !== null && <a href={whyAt(played.conversation_id, exchange.seq)}>Why</a>}
          </li>
        ))}
      </ol>
      {here ? <a className="xs" href={talkAt(played.conversation_id)}>Open the conversation</a> : <p className="xxs t3">It was played on an engine of its own; what was said is kept here.</p>}
    </details>
  );
}
