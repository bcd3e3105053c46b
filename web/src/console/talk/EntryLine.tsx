import { Icon } from "../../shared/icons";
import { safeUrl } from "../../shared/cited";
import { clock } from "../../shared/words";
import type { Entry, Found } from "../api/types";
import { whyAt } from "../hooks/route";
import { channelName } from "../shell/marks";
import { Correct } from "./Correct";
import { Files } from "./Files";
import { CitedWords, CustomerWords } from "./Words";
import { explainedBy, highlightOf, marked } from "./ledger";
import { RuleWords, ToolsLine, WhyLine } from "./WhyLine";

interface Props {
  entry: Entry;
  conversationId: string;
  entities: readonly Found[];
  me: string;
  /** The customer's sentiment before this line. */
  scoreBefore?: number | null;
  /** Says under the reply which rule decided and how long it took. */
  explain: boolean;
  openWhy?: ((seq: number) => void) | undefined;
  /** The customer has read it, and nothing of ours after it. */
  read?: boolean;
}

/** One line of the conversation: a message of somebody, a notice, or an event. */
export function EntryLine(props: Props) {
  const { entry, entities, me, scoreBefore = null, read = false } = props;
  if (entry.kind === "note") return <NoteLine entry={entry} me={me} />;
  if (entry.whispered?.length) return <NoteLine entry={entry} me={me} about="Whisper, the customer never reads it" />;
  if (entry.kind === "event") return <SmallLine icon="hand" entry={entry} text={entry.text} />;
  if (entry.kind === "notice" || entry.sender === "system") return <SmallLine icon="bell" entry={entry} text={`“${entry.text}”`} notice />;
  switch (entry.sender) {
    case "customer":
      return (
        <div className="m cust">
          <div className="b" dir="auto">
            <CustomerWords text={entry.text} entities={entities} />
          </div>
          <Files files={entry.attachments ?? []} />
          <Highlight entry={entry} before={scoreBefore} />
        </div>
      );
    case "agent":
      return (
        <div className="m agent">
          <header>
            <b>{entry.sender_name === me ? "You" : (entry.sender_name ?? "An agent")}</b>
          </header>
          <div className="b" dir="auto">
            <CitedWords text={entry.text} citations={entry.citations} />
          </div>
          {entry.citations.length > 0 && <Sources entry={entry} />}
          <Files files={entry.attachments ?? []} />
          {read && entry.delivery?.state !== "read" ? <Read /> : <Carried entry={entry} />}
        </div>
      );
    case "assistant":
      return <AssistantLine {...props} />;
  }
}

/** Why this line matters when somebody reads the conversation later. */
function Highlight({ entry, before }: { entry: Entry; before: number | null }) {
  const words = highlightOf(entry, before);
  if (!words) return null;
  return (
    <p className={entry.highlight === "resolution" ? "xs high ok" : "xs high bad"}>
      <Icon name={entry.highlight === "escalation" ? "hand" : entry.highlight === "resolution" ? "check" : "down"} size="sm" /> {words}
    </p>
  );
}

/** A line that only colleagues read; whoever is named stands out. */
function NoteLine({ entry, me, about = "Note, only for colleagues" }: { entry: Entry; me: string; about?: string }) {
  const names = Object.values(entry.mentions ?? {});
  return (
    <div className="m note">
      <p className="notei" dir="auto">
        <b>
          <Icon name="note" size="sm" /> {about}
        </b>{" "}
        · {entry.sender_name === me ? "You" : entry.sender_name}: {marked(entry.text, names.map((n) => `@${n}`)).map((part, i) => (part.entity ? <b key={i}>{part.text}</b> : part.text))}
      </p>
    </div>
  );
}

function AssistantLine({ entry, conversationId, explain, openWhy }: Props) {
  const turn = explainedBy(entry, conversationId);
  return (
    <div className="m bot">
      <header>
        <b>Assistant</b>
        {turn !== null && !openWhy && (
          <span className="t3">
            {explain && <RuleWords conversationId={conversationId} seq={turn} />}
            <a href={whyAt(conversationId, turn)}>why</a>
          </span>
        )}
        {turn !== null && !openWhy && explain && <Correct conversationId={conversationId} seq={turn} />}
      </header>
      <div className="b" dir="auto">
        <CitedWords text={entry.text} citations={entry.citations} />
      </div>
      {entry.buttons.length > 0 && (
        <p className="offers">
          offered {entry.buttons.map((b) => <span className="chip" key={b.payload}>{b.title}</span>)}
        </p>
      )}
      {entry.citations.length > 0 && <Sources entry={entry} />}
      <Carried entry={entry} />
      {explain && turn !== null && openWhy && <WhyLine conversationId={conversationId} seq={turn} open={openWhy} />}
      {explain && turn !== null && <ToolsLine conversationId={conversationId} seq={turn} />}
    </div>
  );
}

/** The customer had it in sight, in an open page. */
function Read() {
  return (
    <p className="src">
      <span>
        <Icon name="check" size="sm" /> read
      </span>
    </p>
  );
}

/** How far a line came on a channel outside; what failed says why. */
function Carried({ entry: { delivery, channel } }: { entry: Entry }) {
  if (!delivery) return null;
  const failed = delivery.state === "failed";
  const instead = delivery.channel === channel ? "" : ` by ${channelName(delivery.channel).toLowerCase()}`;
  return (
    <p className={failed ? "src bad" : "src"}>
      <span>
        <Icon name={failed ? "warn" : delivery.state === "queued" ? "clock" : "check"} size="sm" /> {failed ? "not delivered" : delivery.state === "queued" ? "on its way" : delivery.state}
        {instead}
        {failed && delivery.error && `: ${delivery.error}`}
      </span>
    </p>
  );
}

function Sources({ entry }: { entry: Entry }) {
  return (
    <div className="src">
      {entry.citations.map((c) => (
        <span key={c.number}>
          <Icon name="doc" size="sm" /> <b>{c.number}</b>{" "}
          <a href={safeUrl(c.url)} target="_blank" rel="noopener">
            {c.title}
            {c.heading && `, § ${c.heading}`}
          </a>
        </span>
      ))}
    </div>
  );
}

function SmallLine({ icon, entry, text, notice = false }: { icon: "hand" | "bell"; entry: Entry; text: string; notice?: boolean }) {
  return (
    <div className="line">
      <Icon name={icon} size="sm" />
      <span>
        {notice && <b className="medium t2">Notice</b>} {text}
      </span>
      <time className="push num" dateTime={entry.timestamp}>
        {clock(entry.timestamp)}
      </time>
    </div>
  );
}
