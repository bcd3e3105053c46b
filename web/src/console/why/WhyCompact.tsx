import { milliseconds } from "../../shared/words";
import { useWhy } from "../hooks/useWhy";
import { Waterfall } from "./Waterfall";

/** The same explanation in a narrow pane. */
export function WhyCompact({ conversationId, seq }: { conversationId: string; seq: number | null }) {
  const why = useWhy(conversationId, seq);
  if (seq === null) return <p className="xs t3 pad">The assistant has not answered here yet. Its first reply can be explained in this place.</p>;
  if (!why.data) return <p className="xs t3 pad">{why.error ? `Turn ${seq} could not be explained. ${why.error.message}` : "Loading…"}</p>;
  return (
    <>
      <p className="xs t3 pad">
        Turn {seq}
        {why.data.ms !== null && `, ${milliseconds(why.data.ms)} ms`}
        {why.data.cpu_ms !== null && `, ${milliseconds(why.data.cpu_ms)} ms CPU`}
        {why.data.book_version && `, book ${why.data.book_version.slice(0, 8)}`}
      </p>
      <Waterfall why={why.data} compact />
    </>
  );
}
