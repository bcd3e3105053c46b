import type { FormEvent } from "react";
import { Icon } from "../../shared/icons";
import { DRAFT, plainSlots, shownSlot, type Form } from "./change";
import { useVersions } from "./useFork";

interface Props {
  form: Form;
  set(form: Form): void;
  asked: string;
  slots: Record<string, unknown>;
  wasBook: string;
  /** How many files one has changed in the rule book's room. */
  drafted: number;
  busy: boolean;
  go(): void;
}

/** What may be otherwise at this turn. */
export function ForkForm({ form, set, asked, slots, wasBook, drafted, busy, go }: Props) {
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    go();
  };
  return (
    <form className="card panel fork-form" onSubmit={submit} aria-label="What is to be otherwise">
      <label className="stack gap-1">
        <span className="label">The customer writes</span>
        <textarea rows={2} dir="auto" placeholder={asked} value={form.message} onChange={(e) => set({ ...form, message: e.target.value })} onKeyDown={(e) => e.key === "Enter" && (e.ctrlKey || e.metaKey) && go()} />
        <span className="xxs t3">Left empty: as it was written.</span>
      </label>
      <Slots form={form} set={set} slots={slots} />
      <BookChoice form={form} set={set} wasBook={wasBook} drafted={drafted} />
      <button className="btn btn-main" disabled={busy}>
        <Icon name="fork" /> {busy ? "Playing…" : "Play it from here"} <kbd>Ctrl ↵</kbd>
      </button>
    </form>
  );
}

function Slots({ form, set, slots }: Pick<Props, "form" | "set" | "slots">) {
  const names = plainSlots(slots);
  if (!names.length) return null;
  return (
    <fieldset className="fork-slots">
      <legend className="label">Slots before this turn</legend>
      {names.map((name) => (
        <label key={name} className="stack gap-1">
          <span className="xs mono">{name}</span>
          <span className="field">
            <input value={form.slots[name] ?? shownSlot(slots[name])} onChange={(e) => set({ ...form, slots: { ...form.slots, [name]: e.target.value } })} />
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function BookChoice({ form, set, wasBook, drafted }: Pick<Props, "form" | "set" | "wasBook" | "drafted">) {
  const versions = useVersions().data ?? [];
  return (
    <div className="stack gap-2">
      <label className="stack gap-1">
        <span className="label">Rule book</span>
        <select value={form.version} onChange={(e) => set({ ...form, version: e.target.value })}>
          <option value="">as it was{wasBook && `, ${wasBook.slice(0, 8)}`}</option>
          <option value="current">in force now</option>
          {drafted > 0 && <option value={DRAFT}>{`my draft, ${drafted === 1 ? "1 file" : `${drafted} files`} changed`}</option>}
          {versions.map((v) => (
            <option key={v.version} value={v.version}>
              {`${v.version.slice(0, 8)}, in force ${new Date(v.in_force_at).toLocaleDateString("en-GB", { day: "numeric", month: "short" })}`}
            </option>
          ))}
        </select>
      </label>
      <details>
        <summary className="xs">with one file changed</summary>
        <div className="stack gap-1 fork-file">
          <label className="stack gap-1">
            <span className="xxs t3">Its name in the folder, as thresholds.yaml</span>
            <span className="field">
              <input className="mono" value={form.file} onChange={(e) => set({ ...form, file: e.target.value })} />
            </span>
          </label>
          <label className="stack gap-1">
            <span className="xxs t3">Its whole text; left empty, the file is left out</span>
            <textarea className="mono" rows={6} spellCheck={false} value={form.text} onChange={(e) => set({ ...form, text: e.target.value })} />
          </label>
        </div>
      </details>
    </div>
  );
}
