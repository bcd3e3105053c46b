import { Icon } from "../../shared/icons";
import { clock, span } from "../../shared/words";
import type { Line } from "../hooks/live";
import { useNow } from "../hooks/useNow";

/** Says that the connection is gone, since when, and when it is tried again. */
export function LineStrip({ line }: { line: Line }) {
  const now = useNow();
  if (line.kind !== "offline" || now - line.since < 1500) return null;
  return (
    <div className="say say-w" role="alert">
      <Icon name="offline" size="sm" />
      <span className="grow">
        <b>No connection since {clock(new Date(line.since).toISOString())}.</b> Reading goes on, deciding waits.
      </span>
      <span className="num" aria-hidden>
        again in {span((line.againAt - now) / 1000)}
      </span>
    </div>
  );
}
