import { Icon } from "../../shared/icons";
import { safeUrl } from "../../shared/cited";
import type { Place, Rails, Why } from "../api/types";
import { useMe } from "../hooks/useMe";
import { roomAt, roomNamed } from "../rooms";
import { Confidence, Sentiment } from "../shell/marks";
import { LadderWords } from "./LadderWords";
import { ToolCallWords } from "./ToolCallWords";
import { modelWords, type Topic } from "./waterfall";

/** What a stage decided, opened as far as the book's line. */
export function TopicWords({ topic, why }: { topic: Topic; why: Why }) {
  switch (topic) {
    case "input rails":
      return <RailsWords rails={why.rails.input} />;
    case "output rails":
      return <RailsWords rails={why.rails.output} />;
    case "understanding":
      return <Understood understanding={why.understanding} />;
    case "route":
      return <LadderWords why={why} />;
    case "flow":
      return <Flow why={why} />;
    case "tools":
      return why.tools.map((tool, i) => <ToolCallWords tool={tool} key={i} />);
    case "sources":
      return <Sources why={why} />;
    case "models":
      return (
        <>
          {why.planner?.because && <div>{`planner: ${why.planner.by ?? "rules"}, ${why.planner.because}`}</div>}
          {why.models?.map((call, i) => (
            <div key={i}>{modelWords(call)}</div>
          ))}
        </>
      );
    case "message":
      return "stored, then claimed by one worker";
    case "delivery":
      return "handed to the channel, shown once";
    case "commit":
      return why.replies.length ? `one transaction: ${why.replies.length === 1 ? "the reply" : `${why.replies.length} replies`} and everything with it` : "one transaction, no reply";
  }
}

function RailsWords({ rails }: { rails: Rails | undefined }) {
  if (!rails) return "not asked";
  const hits = rails.hits.map((hit) => (typeof hit === "string" ? hit : [hit.rail, hit.reason].filter(Boolean).join(": ")));
  return (
    <>
      <div>
        <Icon name={rails.passed ? "check" : "warn"} size="sm" className={rails.passed ? "ok" : "bad"} />{" "}
        {rails.passed ? `${rails.ran.length} passed` : "stopped"}
        {rails.ran.length > 0 && `: ${rails.ran.map(plain).join(", ")}`}
      </div>
      {hits.length > 0 && <div className="bad">{hits.map(plain).join(", ")}</div>}
    </>
  );
}

const PATHS: Record<string, string> = {
  fast: "A known pattern; NLU was not asked",
  button: "A button was pressed; nothing to understand",
  cache: "Known from an equal message; NLU was not asked",
  nlu: "No pattern fits; NLU was asked",
  away: "NLU was away; the assistant did not guess",
};

function Understood({ understanding: u }: { understanding: Why["understanding"] }) {
  if (u.path === undefined) return "nothing to understand";
  const only = u.intent && u.confidence != null ? [{ name: u.intent, confidence: u.confidence }] : [];
  const ranking = u.ranking?.length ? u.ranking.slice(0, 3) : only;
  return (
    <>
      <div>{PATHS[u.path] ?? plain(u.path)}</div>
      {ranking.map((r, i) => (
        <div className="intent" key={r.name}>
          {i === 0 ? <b>{r.name}</b> : <span>{r.name}</span>}
          <Confidence value={r.confidence} width={84} />
        </div>
      ))}
      <div className="row row-1 wrap chips">
        {u.entities?.map((e) => (
          <span className="chip" key={e.entity + String(e.value)}>
            <span className="t3">{plain(e.entity)}</span> {String(e.value)}
          </span>
        ))}
        {u.language && (
          <span className="chip">
            <span className="t3">language</span> {u.language}
          </span>
        )}
        {u.sentiment != null && (
          <span className="chip">
            <Sentiment score={u.sentiment} figure />
          </span>
        )}
      </div>
    </>
  );
}

function Flow({ why: { flow, decision } }: { why: Why }) {
  if (!flow && !decision) return "no flow: answered at once";
  return (
    <>
      {flow && (
        <div>
          flow <span className="mono">{flow.name}</span>, step <span className="mono">{flow.step}</span> <BookPlace place={flow} />
        </div>
      )}
      {decision?.because.map((reason, i) => (
        <div key={reason}>
          {reason} {decision.places[i] && <BookPlace place={decision.places[i]} />}
        </div>
      ))}
      {decision?.places.slice(decision.because.length).map((place) => (
        <div key={place.file + place.line}>
          <BookPlace place={place} />
        </div>
      ))}
    </>
  );
}

/** A line of the rule book; who may read the book there gets to it. */
function BookPlace({ place }: { place: Place }) {
  const me = useMe().data;
  const words = `${place.file}:${place.line}`;
  if (!me || !roomNamed("book", me.role)) return <span className="mono place">{words}</span>;
  return (
    <a className="mono place" href={roomAt("book", "file", place.file, String(place.line))}>
      {words}
    </a>
  );
}

function Sources({ why }: { why: Why }) {
  if (!why.sources.length) return "none needed";
  return why.sources.map((s) => (
    <div key={s.number}>
      <b>{s.number}</b>{" "}
      <a href={safeUrl(s.url)} target="_blank" rel="noopener">
        {s.title}
        {s.heading && `, § ${s.heading}`}
      </a>
    </div>
  ));
}

function plain(word: string): string {
  return word.replaceAll("_", " ");
}
