import { useLayoutEffect, useRef, useState, type KeyboardEvent, type RefObject } from "react";
import { useCanned, useColleagues } from "../hooks/useWorkspace";
import { filled, fitting, replaced, tokenAt } from "./completion";
import { Picker } from "./Picker";

interface Props {
  id: string;
  text: string;
  write(text: string): void;
  box: RefObject<HTMLTextAreaElement | null>;
  note: boolean;
  values: Readonly<Record<string, string | null | undefined>>;
  send(): void;
}

interface Offer {
  key: string;
  title: string;
  about: string;
  words: string;
}

/** Where one writes: `;` opens the canned replies, `@` in a note the colleagues. */
export function Box({ id, text, write, box, note, values, send }: Props) {
  const [caret, setCaret] = useState(0);
  const [at, setAt] = useState(0);
  const [closed, close] = useState<number | null>(null);
  const goTo = useRef<number | null>(null);
  const token = tokenAt(text, caret, note ? ["@"] : [";"]);
  const open = token !== null && closed !== token.from;
  const offers = useOffers(open ? token.sign : null, token?.word ?? "");
  useLayoutEffect(() => {
    if (goTo.current === null) return;
    box.current?.setSelectionRange(goTo.current, goTo.current);
    setCaret(goTo.current);
    goTo.current = null;
  });
  const choose = (offer: Offer): void => {
    if (!token) return;
    const next = replaced(text, token, filled(offer.words, values));
    goTo.current = next.caret;
    write(next.text);
    setAt(0);
  };
  const keydown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    const act = keyIn(event, { open, offers, at, setAt, choose, close: () => close(token?.from ?? null), send });
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
  return (
    <div className="writing">
      {open && (
        <Picker name={token.sign === ";" ? "Canned replies" : "Colleagues"} items={offers} at={at} keyOf={(o) => o.key} choose={choose} empty={token.sign === ";" ? "No canned reply begins like this." : "No colleague of this name."}>
          {(offer) => (
            <>
              <b>{offer.title}</b> <span className="t3 clip">{offer.about}</span>
            </>
          )}
        </Picker>
      )}
      <textarea
        id={id}
        ref={box}
        rows={3}
        dir="auto"
        value={text}
        aria-autocomplete="list"
        onChange={(e) => {
          setCaret(e.target.selectionStart);
          setAt(0);
          write(e.target.value);
        }}
        onSelect={(e) => setCaret(e.currentTarget.selectionStart)}
        onKeyDown={keydown}
      />
    </div>
  );
}

interface KeyState {
  open: boolean;
  offers: readonly Offer[];
  at: number;
  setAt(at: number): void;
  choose(offer: Offer): void;
  close(): void;
  send(): void;
}

/** What a key does in the box; nothing for what is simply typed. */
function keyIn(event: KeyboardEvent<HTMLTextAreaElement>, { open, offers, at, setAt, choose, close, send }: KeyState): (() => void) | null {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return send;
  if (!open) return event.key === "Escape" ? () => event.currentTarget.blur() : null;
  const offer = offers[at];
  switch (event.key) {
    case "ArrowDown":
      return () => setAt(Math.min(offers.length - 1, at + 1));
    case "ArrowUp":
      return () => setAt(Math.max(0, at - 1));
    case "Enter":
    case "Tab":
      return offer ? () => choose(offer) : null;
    case "Escape":
      return close;
    default:
      return null;
  }
}

function useOffers(sign: ";" | "@" | null, word: string): Offer[] {
  const canned = useCanned().data ?? [];
  const people = useColleagues(sign === "@").data ?? [];
  if (sign === ";") return fitting(canned, word, (c) => c.name).map((c) => ({ key: c.name, title: `;${c.name}`, about: c.text, words: c.text }));
  if (sign === "@") return fitting(people, word, (p) => p.name).map((p) => ({ key: p.agent_id, title: p.name, about: `${p.role}, ${p.status}`, words: `@${p.name} ` }));
  return [];
}
