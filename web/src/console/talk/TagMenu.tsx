import { useState, type FormEvent } from "react";
import { Icon } from "../../shared/icons";
import type { Conversation } from "../api/types";
import { fitting } from "../compose/completion";
import { useKnownTags, useSetTags } from "../hooks/useWorkspace";
import { useMenu } from "./useMenu";

/** The conversation's tags: taken off with a click, put on from those in use or as a new word. */
export function TagMenu({ conversation, offline }: { conversation: Conversation; offline: boolean }) {
  const { tags } = conversation;
  const { menu } = useMenu();
  const [open, setOpen] = useState(false);
  const [word, setWord] = useState("");
  const known = useKnownTags(open).data ?? [];
  const set = useSetTags(conversation.conversation_id);
  const put = (tag: string): void => set.mutate([...tags, tag], { onSuccess: () => setWord("") });
  const offered = fitting(known.filter((k) => !tags.includes(k.tag)), word, (k) => k.tag, 6);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (word.trim()) put(word.trim());
  };
  const off = offline || set.isPending;
  return (
    <details className="menu" ref={menu} onToggle={(e) => setOpen(e.currentTarget.open)}>
      <summary className="btn btn-quiet" aria-label={`Tags: ${tags.join(", ") || "none"}`}>
        <Icon name="tag" />
        {tags.length || ""}
      </summary>
      <form className="card stack gap-2" onSubmit={submit}>
        <div className="row row-1 wrap">
          {tags.map((tag) => (
            <button type="button" className="chip" key={tag} disabled={off} aria-label={`Take ${tag} off`} onClick={() => set.mutate(tags.filter((t) => t !== tag))}>
              {tag} <Icon name="x" size="sm" />
            </button>
          ))}
          {!tags.length && <span className="xs t3">No tag yet.</span>}
        </div>
        <label className="field">
          <span className="vh">Another tag</span>
          <input value={word} placeholder="Another tag" maxLength={40} onChange={(e) => setWord(e.target.value)} />
          <kbd>↵</kbd>
        </label>
        <div className="row row-1 wrap">
          {offered.map((k) => (
            <button type="button" className="chip" key={k.tag} disabled={off} onClick={() => put(k.tag)}>
              {k.tag} <span className="t3 num">{k.count}</span>
            </button>
          ))}
        </div>
        {set.error && (
          <p className="xs bad" role="alert">
            {set.error.message}
          </p>
        )}
      </form>
    </details>
  );
}
