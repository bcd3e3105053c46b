import { Icon, type IconName } from "../../shared/icons";
import { sentimentStep } from "../../shared/sentiment";
import { slaAt } from "../../shared/sla";
import { initials, signed, span } from "../../shared/words";
import type { Reason, ReasonKind } from "../api/types";
import { useNow } from "../hooks/useNow";

const TAG: Record<ReasonKind, string> = {
  approval: "tag-wait",
  asked: "tag-acc",
  safety: "tag-bad",
  sentiment: "tag-bad",
  failure: "tag-bad",
  vip: "tag-wait",
  complex: "",
  language: "",
  unsure: "",
  attempts: "",
  rail: "",
  taken_over: "tag-info",
};

/** Why a conversation waits, in few words on a key tag; the whole sentence is told to whoever points at it. */
export function KeyTag({ reason }: { reason: Reason }) {
  return (
    <span className={`tag ${TAG[reason.kind] ?? ""}`} title={reason.text} dir="auto">
      {tagWords(reason)}
    </span>
  );
}

/** A reason in the words that fit on a tag. */
export function tagWords({ kind, text }: Reason): string {
  switch (kind) {
    case "asked":
      return text.replace(/^the customer /, "");
    case "attempts":
      return /\d/.test(text) ? "not solved so far" : text;
    case "language":
      return text.replace(/^.*: *([a-z]{2})$/, (_, code: string) => `writes ${languageName(code)}`);
    default:
      return text.replace(/-(?=\d)/g, "−");
  }
}

function languageName(code: string): string {
  return new Intl.DisplayNames("en", { type: "language", fallback: "code" }).of(code) ?? code;
}

/** A dot on a five-step staff; its height says it as well as its hue. */
export function Sentiment({ score, figure = false }: { score: number; figure?: boolean }) {
  const text = `Sentiment ${signed(score)}`;
  return (
    <>
      <span className={`sent sent-${sentimentStep(score)}`} title={text}>
        <span className="vh">{text}</span>
      </span>
      {figure && <span className="num" aria-hidden> {signed(score)}</span>}
    </>
  );
}

/** Number first, bar second. */
export function Confidence({ value, width = 40 }: { value: number; width?: number }) {
  const style = { "--v": value, "--w": `${width}px` };
  return (
    <span className={value < 0.6 ? "conf conf-low" : "conf"}>
      <i style={style} />
      {value.toFixed(2)}
    </span>
  );
}

interface ClockProps {
  since: string | null;
  due: string | null;
  stopped: boolean;
}

/** Time left until somebody must answer; stops while the connection is gone. */
export function SlaClock({ since, due, stopped }: ClockProps) {
  const sla = slaAt(since, due, useNow());
  if (sla.kind === "none") return null;
  if (stopped)
    return (
      <span className="sla sla-paused num" title="The clock stands still without a connection">
        paused
      </span>
    );
  if (sla.kind === "overdue")
    return (
      <span className="sla sla-late num" style={{ "--left": 0 }}>
        late {span(sla.seconds)}
      </span>
    );
  return (
    <span className={`sla num ${sla.mood === "calm" ? "" : `sla-${sla.mood}`}`} style={{ "--left": sla.left }}>
      {span(sla.seconds)}
      <span className="vh"> left</span>
    </span>
  );
}

export function Avatar({ name, kind = "", size = "" }: { name: string | null; kind?: string; size?: string }) {
  return (
    <span className={`av ${kind} ${size}`} aria-hidden>
      {initials(name)}
    </span>
  );
}

export function AssistantFace({ size = "" }: { size?: string }) {
  return (
    <span className={`av av-bot ${size}`} aria-hidden>
      <Icon name="assist" size={size === "av-sm" ? "sm" : "lg"} />
    </span>
  );
}

const CHANNELS: Record<string, [IconName, string]> = {
  web: ["chat", "Web chat"],
  email: ["mail", "Email"],
  voice: ["phone", "Phone"],
  whatsapp: ["wa", "WhatsApp"],
  telegram: ["plane", "Telegram"],
  api: ["chat", "API"],
  rest: ["chat", "REST channel"],
};

export function channelName(channel: string): string {
  return CHANNELS[channel]?.[1] ?? channel;
}

export function ChannelIcon({ channel, size }: { channel: string; size?: "sm" }) {
  return <Icon name={CHANNELS[channel]?.[0] ?? "chat"} {...(size ? { size } : {})} label={channelName(channel)} />;
}
