import { useRef, useState } from "react";
import { Icon } from "../../shared/icons";
import { newId } from "../../shared/id";
import { firstName } from "../../shared/words";
import type { SuggestionRun } from "../api/passing";
import type { Conversation, Me } from "../api/types";
import { useRelease, useReply } from "../hooks/useConversation";
import { useDraft } from "../hooks/useDraft";
import { useKeys } from "../hooks/useKeys";
import { useTellTyping } from "../hooks/useTyping";
import { useCanned } from "../hooks/useWorkspace";
import { ChannelIcon, channelName } from "../shell/marks";
import { TransferDialog } from "../talk/TransferDialog";
import { Box } from "./Box";
import { stillCited, withPassage } from "./cite";
import { filled, unfilled } from "./completion";
import { Quote } from "./Quote";
import { Shelf } from "./Shelf";
import { Suggestions } from "./Suggestions";
import { NoteField } from "./WriteNote";
import { variables } from "./variables";

interface Props {
  conversation: Conversation;
  me: Me;
  offline: boolean;
  noting: boolean;
  setNoting(on: boolean): void;
}

type Panel = "canned" | "quote" | null;

/** The box in one's own conversation: a reply, or a note. */
export function Write(props: Props) {
  const { conversation, me, noting, setNoting } = props;
  const [panel, setPanel] = useState<Panel>(null);
  const [passing, setPassing] = useState<{ group?: string } | null>(null);
  const [draft, write] = useDraft(conversation.conversation_id);
  const box = useRef<HTMLTextAreaElement>(null);
  const values = variables(conversation, me);
  const toggle = (wanted: Panel): void => setPanel(panel === wanted ? null : wanted);
  const use = (text: string): void => {
    write({ text: [draft.text.trimEnd(), filled(text, values)].filter(Boolean).join(" ") });
    setPanel(null);
    box.current?.focus();
  };
  const led = (run: SuggestionRun): void => {
    if (run.does === "draft") use(run.text);
    if (run.does === "transfer") setPassing(typeof run.parameters.group === "string" ? { group: run.parameters.group } : {});
  };
  useKeys({ ";": noting ? undefined : () => openCanned(draft.text, (text) => write({ text }), box.current) });
  return (
    <div className="write">
      {passing && <TransferDialog conversation={conversation} me={me} group={passing.group} close={() => setPassing(null)} />}
      <Suggestions conversation={conversation} offline={props.offline} led={led} />
      {panel === "canned" && <Shelf draft={draft.text} use={use} close={() => setPanel(null)} />}
      {panel === "quote" && (
        <section className="shelf" aria-label="From the articles">
          <Quote language={conversation.profile.language} insert={(passage) => write(withPassage(draft, passage))} />
        </section>
      )}
      <div className={noting ? "box box-note" : "box"}>
        <div className="top row xs t3">
          <div className="seg" role="group" aria-label="What you write">
            <button type="button" aria-pressed={!noting} onClick={() => setNoting(false)}>
              Reply
            </button>
            <button type="button" aria-pressed={noting} onClick={() => setNoting(true)}>
              Note
            </button>
          </div>
          <span className="row row-1 by">
            <ChannelIcon channel={conversation.channel} size="sm" /> by {channelName(conversation.channel).toLowerCase()}
          </span>
          {!noting && <CannedChips use={use} all={() => toggle("canned")} open={panel === "canned"} />}
        </div>
        {noting ? <NoteField conversation={conversation} offline={props.offline} kept={() => setNoting(false)} /> : <ReplyField {...props} box={box} values={values} quote={() => toggle("quote")} quoting={panel === "quote"} pass={() => setPassing({})} />}
      </div>
    </div>
  );
}

/** From anywhere in the conversation, `;` goes to the box and opens the canned replies there. */
function openCanned(text: string, write: (text: string) => void, box: HTMLTextAreaElement | null): void {
  const next = text && !/\s$/.test(text) ? `${text} ;` : `${text};`;
  write(next);
  box?.focus();
  requestAnimationFrame(() => box?.setSelectionRange(next.length, next.length));
}

function CannedChips({ use, all, open }: { use(text: string): void; all(): void; open: boolean }) {
  const canned = useCanned().data ?? [];
  return (
    <span className="push row row-1 chips">
      {canned.slice(0, 3).map((reply) => (
        <button type="button" className="canned" key={reply.name} title={reply.text} onClick={() => use(reply.text)}>
          ;{reply.name}
        </button>
      ))}
      <button type="button" className="btn btn-quiet btn-sm" aria-expanded={open} onClick={all}>
        all canned replies <kbd>;</kbd>
      </button>
    </span>
  );
}

interface FieldProps extends Props {
  box: React.RefObject<HTMLTextAreaElement | null>;
  values: Readonly<Record<string, string | null | undefined>>;
  quote(): void;
  quoting: boolean;
  pass(): void;
}

function ReplyField({ conversation, me, offline, box, values, quote, quoting, pass }: FieldProps) {
  const id = conversation.conversation_id;
  const [draft, write] = useDraft(id);
  const { send, failed } = useSending(conversation, me);
  useTellTyping(id, offline ? "" : draft.text);
  const open = unfilled(draft.text);
  // Opening a conversation leaves the keys to the list; Enter goes to the box.
  useKeys({ Enter: () => box.current?.focus() });
  const status = offline ? "No connection: what you send is kept and goes out in order." : open.length ? `Not filled in: ${open.join(", ")}` : draft.text ? "draft kept" : "";
  return (
    <>
      <label className="vh" htmlFor={`reply-${id}`}>
        Reply to {firstName(conversation.profile.name)} by {channelName(conversation.channel).toLowerCase()}
      </label>
      <Box id={`reply-${id}`} text={draft.text} write={(text) => write({ text })} box={box} note={false} values={values} send={send} />
      <div className="bot-bar">
        <button type="button" className="btn btn-quiet btn-sq" aria-label="Insert from the articles" aria-expanded={quoting} onClick={quote}>
          <Icon name="shelf" />
        </button>
        <span className={open.length ? "xs warn" : "xs t3"} role="status">
          {status}
        </span>
        {failed && (
          <span className="xs bad row row-1" role="alert">
            <Icon name="warn" size="sm" /> Not sent. {failed} Try again.
          </span>
        )}
        <Passing conversation={conversation} me={me} offline={offline} pass={pass} />
        <button type="button" className="btn btn-main" disabled={!draft.text.trim()} onClick={send}>
          Send <kbd>Ctrl ↵</kbd>
        </button>
      </div>
    </>
  );
}

/** Sends what is written once; when it could not be sent it stands in the box again. */
function useSending(conversation: Conversation, me: Me) {
  const id = conversation.conversation_id;
  const reply = useReply(me, id);
  const [draft, write] = useDraft(id);
  const [failed, setFailed] = useState<string | null>(null);
  const send = (): void => {
    const text = draft.text.trim();
    if (!text) return;
    const citations = stillCited(draft);
    write({ text: "", citations: [] });
    setFailed(null);
    reply.mutate(
      { message_id: newId(), text, ...(citations.length ? { citations } : {}) },
      {
        onError: (error) => {
          write({ text, citations });
          setFailed(error.message);
        },
      },
    );
  };
  return { send, failed };
}

/** Gives the conversation back, or passes it on. */
function Passing({ conversation, me, offline, pass }: Pick<Props, "conversation" | "me" | "offline"> & { pass(): void }) {
  const release = useRelease(me);
  const giveBack = offline || release.isPending ? undefined : () => release.mutate(conversation.conversation_id);
  useKeys({ u: giveBack, t: offline ? undefined : pass });
  return (
    <span className="push row row-1">
      {release.error && (
        <span className="xs bad" role="alert">
          {release.error.message}
        </span>
      )}
      <button type="button" className="btn btn-sm" disabled={!giveBack} onClick={giveBack}>
        {release.isPending ? "Releasing…" : "Release"} <kbd>u</kbd>
      </button>
      <button type="button" className="btn btn-sm" disabled={offline} onClick={pass}>
        Transfer… <kbd>t</kbd>
      </button>
    </span>
  );
}
