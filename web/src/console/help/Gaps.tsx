import { shortDay } from "../../shared/words";
import { whyAt } from "../hooks/route";
import { Fault, Why } from "../room/Fault";
import { roomAt } from "../rooms";
import type { Gap } from "./types";
import { useClose, useGaps } from "./useHelp";

/** What customers of the last thirty days asked and no article answered, the most frequent first. */
export function Gaps() {
  const gaps = useGaps();
  return (
    <div className="desk-1">
      <section className="card" aria-label="Questions without an answer">
        <h2>Questions without an answer</h2>
        <p className="xs t2">Questions that ask the same stand together. They are read from the last conversations and kept nowhere else.</p>
        {gaps.error && <Fault what="The questions did not load." error={gaps.error} again={() => void gaps.refetch()} />}
        {gaps.data?.length === 0 && <p className="xs t3">Every question of the last thirty days found an answer, or was dealt with.</p>}
        <ol className="gaps">
          {gaps.data?.map((gap) => (
            <Line key={gap.questions[0]} gap={gap} />
          ))}
        </ol>
      </section>
    </div>
  );
}

function Line({ gap }: { gap: Gap }) {
  const close = useClose();
  const [first, ...others] = gap.questions;
  return (
    <li>
      <p className="row wrap">
        <b>“{first}”</b>
        <span className="chip num">{gap.asked === 1 ? "asked once" : `asked ${gap.asked} times`}</span>
        <span className="xs t3">last on {shortDay(gap.last_at)}</span>
        <a className="xs" href={whyAt(gap.conversation_id, gap.seq)}>
          Why
        </a>
      </p>
      {others.length > 0 && <p className="xs t2">also {others.map((one) => `“${one}”`).join(", ")}</p>}
      <div className="row wrap xs">
        {gap.suggested.length > 0 && (
          <span className="t2">
            Nearest:{" "}
            {gap.suggested.map((one, number) => (
              <span key={one.article_id}>
                {number > 0 && ", "}
                <a href={roomAt("help", "article", one.article_id)}>{one.title}</a>
              </span>
            ))}
          </span>
        )}
        <a className="btn btn-sm push" href={roomAt("help", "new")}>
          Write an article
        </a>
        <button type="button" className="btn btn-sm btn-quiet" disabled={close.isPending} onClick={() => close.mutate([...gap.questions])}>
          Dealt with
        </button>
      </div>
      <Why error={close.error} />
    </li>
  );
}
