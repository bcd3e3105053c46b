import { useLive } from "../console/hooks/useLive";
import { Icon } from "../shared/icons";
import { clockSeconds } from "../shared/words";
import { feedLine } from "./feed";

const SHOWN = 3;

/** What the engine did last, from its live events. */
export function Feed({ conversationId }: { conversationId: string | null }) {
  const { events } = useLive();
  const own = events.filter((e) => e.conversation_id === conversationId).slice(0, SHOWN);
  return (
    <div className="feed">
      <h3>What just happened</h3>
      <ol className="num">
        {own.length === 0 && <li className="t3">Nothing yet. Each step of the engine is told here as it happens.</li>}
        {own.map((event) => {
          const { icon, text, aside } = feedLine(event);
          return (
            <li key={event.event_id}>
              <span className="t3">{clockSeconds(event.at)}</span>
              <Icon name={icon} size="sm" />
              <span className="clip">{text}</span>
              <span className="t3">{aside}</span>
            </li>
          );
        })}
      </ol>
    </div>
  );
}
