import { Icon } from "../../shared/icons";
import { clock, day, signed, span } from "../../shared/words";
import type { Row } from "../api/types";
import { useKeys } from "../hooks/useKeys";
import { useNow } from "../hooks/useNow";
import { go } from "../hooks/useRoute";
import { roomAt } from "../rooms";
import { ChannelIcon, channelName, KeyTag, Sentiment } from "../shell/marks";
import { TITLES, watchAt } from "./figures";
import type { Period } from "./types";
import { useBehind } from "./useBoard";

interface Props {
  figure: string;
  period: Period;
  value: string;
}

/** The conversations behind one figure of the board. */
export function Behind({ figure, period, value }: Props) {
  const pages = useBehind(figure, period, value);
  const rows = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const total = pages.data?.pages[0]?.total ?? rows.length;
  useKeys({ Escape: () => go(roomAt("board")) });
  return (
    <main className="room" aria-label="Conversations behind a figure">
      <header className="bar">
        <a className="btn btn-quiet btn-sq" href={roomAt("board")} aria-label="Back to the board">
          <Icon name="left" />
        </a>
        <h1>{titleOf(figure, value)}</h1>
        <span className="xs t3 num" aria-live="polite">
          {pages.isPending ? "" : total === 1 ? "1 conversation" : `${total} conversations`}
        </span>
      </header>
      {pages.error && (
        <div className="say say-b" role="alert">
          <span className="grow">
            <b>The list did not load.</b> {pages.error.message}
          </span>
          <button type="button" className="btn btn-sm" onClick={() => void pages.refetch()}>
            Load again
          </button>
        </div>
      )}
      <div className="behind" aria-busy={pages.isPending}>
        {rows.length > 0 && <Rows rows={rows} />}
        {!pages.isPending && !pages.error && rows.length === 0 && <p className="t3">None now. What is counted here changes as people write.</p>}
        {pages.hasNextPage && (
          <button type="button" className="btn" disabled={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
            Show more
          </button>
        )}
      </div>
    </main>
  );
}

function titleOf(figure: string, value: string): string {
  const name = TITLES[figure] ?? figure;
  switch (figure) {
    case "day":
      return `${name} ${day(value)}`;
    case "mood":
    case "quarter":
      return `${name} ${clock(value)}`;
    case "channel":
      return `${name} ${channelName(value)}`;
    case "urgency":
      return `${name} ${value}`;
    case "reason":
      return `${name}: ${value.replaceAll("_", " ")}`;
    default:
      return figure === "agent" ? `With one agent` : name;
  }
}

function Rows({ rows }: { rows: readonly Row[] }) {
  const now = useNow();
  return (
    <div className="card panel sideways">
      <table>
        <thead>
          <tr>
            {["Customer", "Last words", "Status", "Why", "Urgency", "Sentiment", "Owner", "Last"].map((name) => (
              <th scope="col" key={name}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.conversation_id}>
              <th scope="row">
                <a className="row" href={watchAt(row.conversation_id)}>
                  <ChannelIcon channel={row.channel} size="sm" /> {row.customer.name || "Unknown visitor"}
                </a>
              </th>
              <td className="clip words" dir="auto">
                {row.preview}
              </td>
              <td>{row.status.replaceAll("_", " ")}</td>
              <td>{row.reasons[0] && <KeyTag reason={row.reasons[0]} />}</td>
              <td className="num">{row.urgency === null ? "–" : Math.round(row.urgency)}</td>
              <td className="num">{row.sentiment === null ? "–" : <><Sentiment score={row.sentiment} /> {signed(row.sentiment)}</>}</td>
              <td>{row.owner?.name ?? "–"}</td>
              <td className="num">{row.preview_at ? span((now - Date.parse(row.preview_at)) / 1000) : "–"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
