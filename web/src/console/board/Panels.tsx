import type { ReactNode } from "react";
import { clock, day as dayWords, signed } from "../../shared/words";
import { channelName } from "../shell/marks";
import { LineChart } from "./LineChart";
import { marks, wholeTimes, type Dot } from "./chart";
import { behindAt, percent, reasonParts, shareOf, slaDots, worstAhead } from "./figures";
import type { Board } from "./types";

interface PanelProps {
  title: string;
  aside?: ReactNode;
  children: ReactNode;
}

export function Panel({ title, aside, children }: PanelProps) {
  return (
    <section className="card panel" aria-label={title}>
      <header>
        <h2>{title}</h2>
        {aside && <p>{aside}</p>}
      </header>
      {children}
    </section>
  );
}

/** Open conversations by urgency; who waits for a person stands out. */
export function Urgency({ board }: { board: Board }) {
  const most = Math.max(1, ...board.urgency.map((u) => u.active));
  const legend = (
    <span className="row row-1 push">
      <span className="dot legend" /> waiting for a person
    </span>
  );
  return (
    <Panel title="Active by urgency" aside={legend}>
      <ol className="bars">
        {board.urgency.map((u) => (
          <li key={u.urgency}>
            <a href={behindAt("urgency", board.period, String(u.urgency))}>
              <span className="ax num">
                <span className="vh">Urgency </span>
                {u.urgency}
                <span className="vh">: </span>
              </span>
              <span className="bar-row">
                <span className={u.urgency >= 8 ? "bar-x strong-x" : "bar-x"} style={{ "--v": u.active / most, "--part": u.active ? u.waiting / u.active : 0 }} />
                <b className="num">{u.active}</b>
                <span className="vh"> active</span>
                {u.waiting > 0 && <span className="t3">{u.waiting} waiting</span>}
              </span>
            </a>
          </li>
        ))}
      </ol>
    </Panel>
  );
}

/** Which share a person took in time, and what is to be expected with and without one more agent. */
export function Sla({ board }: { board: Board }) {
  const { past, staffed, more } = slaDots(board);
  const worst = worstAhead(board);
  const values = [...past, ...staffed, ...more].flatMap((d) => (d.y === null ? [] : [d.y]));
  const ticks = marks(Math.max(0, Math.min(board.sla.target, ...values) * 100 - 1), 100, 4).filter((m) => m >= 0 && m <= 100);
  const [from, now, to] = [past[0]?.x ?? 0, Date.parse(board.at), staffed.at(-1)?.x ?? 1];
  const hour = 3_600_000;
  const times = [from, now - hour, now, now + hour, to].map((at) => ({ at, text: at === now ? "now" : clock(new Date(at).toISOString()) }));
  return (
    <Panel title="SLA forecast" aside="taken by a person in time, %">
      <LineChart
        name={worst ? `SLA forecast: falls to ${percent(worst.value, 0)} at ${clock(worst.at)} as staffed now` : "SLA forecast: holds as staffed now"}
        width={520}
        height={214}
        aside={118}
        x={{ marks: times, from, to }}
        y={{ marks: ticks.map((m) => m / 100), text: (v) => String(Math.round(v * 100)) }}
        target={{ y: board.sla.target, text: `SLA ${Math.round(board.sla.target * 100)} %` }}
        now={now}
        series={[
          { name: "taken in time", dots: past },
          { name: "as staffed now", dots: staffed, look: "ahead", label: "as staffed now" },
          ...(worst ? [{ name: "with one more agent", dots: more, look: "other" as const, label: "with one more agent" }] : []),
        ]}
        empty="Nobody was handed over yet."
      />
    </Panel>
  );
}

/** How customers' messages felt, on average. */
export function Moods({ board }: { board: Board }) {
  const dots = board.moods.map((p): Dot => ({
    x: Date.parse(p.at),
    y: p.value,
    say: `${when(p.at, board)}: ${p.value === null ? "none" : signed(p.value)}, ${p.number} messages`,
    href: behindAt("mood", board.period, p.at),
  }));
  const span = { from: dots[0]?.x ?? Date.parse(board.since), to: Date.parse(board.at) };
  const last = dots.at(-1)?.y;
  const most = Math.max(0.5, ...dots.map((d) => Math.abs(d.y ?? 0)));
  const edge = most > 0.5 ? 1 : 0.5;
  return (
    <Panel title={board.period === "today" ? "Sentiment today" : "Sentiment"} aside="mean of customers’ messages">
      <LineChart
        name="Mean sentiment of customers’ messages"
        width={312}
        height={214}
        x={{ ...span, marks: wholeTimes(span.from, span.to).map((at) => ({ at, text: when(new Date(at).toISOString(), board) })) }}
        y={{ marks: [-edge, 0, edge], text: (v) => (v === 0 ? "0" : signed(v).replace(/0$/, "")) }}
        series={[{ name: "sentiment", dots, ...(last == null ? {} : { label: signed(last) }) }]}
        empty="No message yet."
      />
    </Panel>
  );
}

function when(timestamp: string, board: Board): string {
  if (board.period === "today") return clock(timestamp);
  return new Date(timestamp).toLocaleDateString("en-GB", { day: "numeric", month: "short" });
}

/** The share that was solved without a person, day by day. */
export function Containment({ board }: { board: Board }) {
  const dots = board.days.map((d): Dot => {
    const share = shareOf(d.contained, d.conversations);
    return { x: Date.parse(d.day), y: share, say: `${dayWords(d.day)}: ${percent(share)}, ${d.contained} of ${d.conversations}`, href: behindAt("day", board.period, d.day) };
  });
  const values = dots.flatMap((d) => (d.y === null ? [] : [d.y * 100]));
  const high = Math.min(100, Math.max(10, ...values) + 2);
  const ticks = marks(Math.max(0, Math.min(high - 10, ...values) - 5), high, 3).filter((m) => m <= 100);
  const [from, to] = [dots[0]?.x ?? Date.parse(board.since), dots.at(-1)?.x ?? Date.parse(board.at)];
  const first = { at: from, text: new Date(from).toLocaleDateString("en-GB", { day: "numeric", month: "short" }) };
  return (
    <Panel title="Containment" aside={`solved without a person, ${dots.length === 1 ? "today" : `${dots.length} days`}, %`}>
      <LineChart
        name="Containment by day"
        width={520}
        height={110}
        filled
        x={{ from, to: Math.max(to, from + 1), marks: to > from ? [first, { at: to, text: "today" }] : [{ at: from, text: "today" }] }}
        y={{ marks: ticks.map((m) => m / 100), text: (v) => String(Math.round(v * 100)) }}
        series={[{ name: "contained", dots, label: percent(dots.at(-1)?.y ?? null) }]}
        empty="No conversation yet."
      />
    </Panel>
  );
}

/** Why a person was needed, as one bar and in words. */
export function Reasons({ board }: { board: Board }) {
  const parts = reasonParts(board.reasons);
  const all = board.reasons.reduce((sum, r) => sum + r.number, 0);
  return (
    <Panel title="Why a person was needed" aside={all === 1 ? "once" : `${all} times`}>
      {parts.length === 0 && <p className="xs t3">Nobody was needed yet.</p>}
      <div className="reasons" aria-hidden>
        {parts.map((p) => (
          <i key={p.kind} style={{ flex: p.share }} />
        ))}
      </div>
      <ul className="reason-words num">
        {parts.map((p) => (
          <li key={p.kind}>
            {p.kind ? (
              <a href={behindAt("reason", board.period, p.kind)}>
                <b>{percent(p.share, 0)}</b> {p.text}
              </a>
            ) : (
              <>
                <b>{percent(p.share, 0)}</b> {p.text}
              </>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** On which channels conversations began. */
export function Channels({ board }: { board: Board }) {
  const all = board.channels.reduce((sum, c) => sum + c.number, 0);
  const most = Math.max(1, ...board.channels.map((c) => c.number));
  return (
    <Panel title={board.period === "today" ? "Channels today" : "Channels"} aside={all === 1 ? "1 conversation" : `${all} conversations`}>
      {all === 0 && <p className="xs t3">No conversation yet.</p>}
      <ol className="bars bars-named">
        {board.channels.map((c) => (
          <li key={c.channel}>
            <a href={behindAt("channel", board.period, c.channel)}>
              <span className="clip">{channelName(c.channel)}</span>
              <span className="bar-row">
                <span className={c.number === most ? "bar-x strong-x" : "bar-x"} style={{ "--v": c.number / most, "--part": 0 }} />
                <b className="num">{percent(shareOf(c.number, all), 0)}</b>
              </span>
            </a>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
