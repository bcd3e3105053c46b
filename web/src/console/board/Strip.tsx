import type { ReactNode } from "react";
import { about, clock, span } from "../../shared/words";
import { useNow } from "../hooks/useNow";
import { behindAt, percent, shareOf, worstAhead } from "./figures";
import type { Board } from "./types";

const FIRST_REPLY_LIMIT_S = 2;

/** The seven figures of this moment; each opens what it counts. */
export function Strip({ board }: { board: Board }) {
  const { now, whole, period } = board;
  const time = useNow();
  const worst = worstAhead(board);
  const to = (figure: string): string => behindAt(figure, period);
  const slow = (whole.first_reply_p95_s ?? 0) > FIRST_REPLY_LIMIT_S;
  return (
    <section className="card strip" aria-label="Now">
      <Figure name="Active" href={to("active")} value={now.active}>
        {now.with_assistant} with the assistant
      </Figure>
      <Figure name="With a person" href={to("person")} value={now.with_person}>
        of {now.places} places online
      </Figure>
      <Figure name="Waiting for a person" href={to("waiting")} value={now.waiting}>
        <Due board={board} time={time} />
      </Figure>
      <Figure name="Approvals" href={to("approvals")} value={now.approvals}>
        {now.approval_expires_at ? `next expires in ${about((Date.parse(now.approval_expires_at) - time) / 1000)}` : "none waits"}
      </Figure>
      <Figure name="Containment" href={to("contained")} value={percent(shareOf(whole.contained, whole.conversations))}>
        {whole.contained} of {whole.conversations}
      </Figure>
      <Figure name="SLA met" href={to("sla_missed")} value={percent(shareOf(whole.sla_met, whole.sla_counted))}>
        {worst ? <span className="warn strong">{`${percent(worst.value, 0)} forecast, ${clock(worst.at)}`}</span> : `${whole.sla_met} of ${whole.sla_counted} in time`}
      </Figure>
      <Figure name="First reply, P95" href={to("slow")} value={whole.first_reply_p95_s === null ? "–" : `${whole.first_reply_p95_s.toFixed(2)} s`}>
        <span className={slow ? "bad strong" : ""}>limit {FIRST_REPLY_LIMIT_S} s</span>
      </Figure>
    </section>
  );
}

function Figure({ name, href, value, children }: { name: string; href: string; value: ReactNode; children: ReactNode }) {
  return (
    <a href={href}>
      <span className="xs">{name}</span>
      <b>{value}</b>
      <span className="xs t3">{children}</span>
    </a>
  );
}

function Due({ board: { now }, time }: { board: Board; time: number }) {
  if (now.late) return <span className="bad strong">{now.late === 1 ? "one is late" : `${now.late} are late`}</span>;
  if (!now.waiting_due_at) return now.waiting ? "without a time" : "nobody waits";
  const left = (Date.parse(now.waiting_due_at) - time) / 1000;
  return <span className={left < 60 ? "bad strong" : ""}>one has {span(left)} left</span>;
}
