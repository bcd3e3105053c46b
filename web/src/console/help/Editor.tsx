import { useState, type FormEvent, type ReactNode } from "react";
import { clock, shortDay } from "../../shared/words";
import { Why } from "../room/Fault";
import { words } from "../room/form";
import { roomAt } from "../rooms";
import { idFrom, lacking, startOf, verdict } from "./fields";
import { PreviewPane } from "./PreviewPane";
import type { ArticlePage, Fields } from "./types";
import { useDrop, useKeep, usePublish, useRollBack, useWithdraw } from "./useHelp";

interface Props {
  page: ArticlePage | undefined;
  /** Ids that a new article cannot have. */
  taken: readonly string[];
}

/** An article as its author works on it; readers see what is published, never what is typed. */
export function Editor({ page, taken }: Props) {
  const [fields, write] = useState(() => startOf(page));
  const keep = useKeep();
  const id = page?.article_id ?? idFrom(fields.title);
  const why = lacking(id, fields, taken);
  const same = JSON.stringify(fields) === JSON.stringify(startOf(page)) && page !== undefined;
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const done = { onSuccess: () => void (page || (location.hash = roomAt("help", "article", id))) };
    keep.mutate({ id, fields, revision: page?.draft?.revision ?? null }, done);
  };
  return (
    <>
      <form className="editing" aria-label="Article" onSubmit={submit}>
        <header className="row wrap">
          <bdi className="mono t2">{id || "new article"}</bdi>
          {page && <Standing page={page} />}
          <span className="row push">
            {why && <span className="xs t3">{why}</span>}
            <button className="btn" disabled={why !== "" || same || keep.isPending}>
              {keep.isPending ? "Keeping…" : "Keep draft"}
            </button>
            {page?.draft && <PublishOne id={id} typed={!same} />}
          </span>
        </header>
        <Why error={keep.error} />
        {page?.draft?.overtaken && <p className="say say-w xs">Another text was published since this draft was begun. Compare them under Waiting, then keep the draft again.</p>}
        {page?.draft && !page.draft.fields && <p className="say say-w xs">This article is to be withdrawn with the next publication.</p>}
        <FieldsForm fields={fields} write={write} />
        {page && <History page={page} />}
      </form>
      <PreviewPane fields={fields} />
    </>
  );
}

function Standing({ page }: { page: ArticlePage }) {
  const { draft, version } = page;
  return (
    <span className="xs t2">
      {version === null ? "not published" : `version ${version} is published, ${verdict(page.helpful, page.unhelpful)}`}
      {draft && `; draft of ${draft.changed_by}, ${shortDay(draft.changed_at)} ${clock(draft.changed_at)}`}
      {page.source && page.source !== "console" && `; from ${page.source}`}
    </span>
  );
}

function PublishOne({ id, typed }: { id: string; typed: boolean }) {
  const publish = usePublish();
  return (
    <>
      <button type="button" className="btn btn-main" disabled={typed || publish.isPending} title={typed ? "Keep the draft first." : undefined} onClick={() => publish.mutate({ articles: [id], note: "" })}>
        {publish.isPending ? "Publishing…" : "Publish this article"}
      </button>
      <Why error={publish.error} />
    </>
  );
}

function FieldsForm({ fields, write }: { fields: Fields; write(fields: Fields): void }) {
  const set = (part: Partial<Fields>): void => write({ ...fields, ...part });
  return (
    <>
      <div className="authored">
        <Text name="Title" wide value={fields.title} write={(title) => set({ title })} />
        <Text name="Domain" value={fields.domain} write={(domain) => set({ domain })} />
        <Text name="Owner" value={fields.owner} write={(owner) => set({ owner })} />
        <Text name="Language" value={fields.language} write={(language) => set({ language })} />
        <Text name="Answer from it only from" kind="date" value={fields.valid_from ?? ""} write={(day) => set({ valid_from: day || null })} />
        <Text name="Look at it again on" kind="date" value={fields.review ?? ""} write={(day) => set({ review: day || null })} />
        <Text name="Withdraw it on" kind="date" value={fields.expires ?? ""} write={(day) => set({ expires: day || null })} />
        <Words name="Further words customers use, with commas between" value={fields.keywords} write={(keywords) => set({ keywords })} />
        <Words name="Only about these products, with commas between; none: about all" value={fields.products} write={(products) => set({ products })} />
      </div>
      <Labelled name="Text, in Markdown: ## headings, lists, tables, **strong**, [links](/help/returns)">
        <textarea className="field mono" rows={18} value={fields.body} onChange={(e) => set({ body: e.target.value })} />
      </Labelled>
    </>
  );
}

/** Several words in one field: what is typed stays as it is typed. */
function Words({ name, value, write }: { name: string; value: readonly string[]; write(value: string[]): void }) {
  const [typed, type] = useState(value.join(", "));
  const change = (text: string): void => {
    type(text);
    write(words(text));
  };
  return <Text name={name} wide value={typed} write={change} />;
}

function Text({ name, value, write, kind = "text", wide = false }: { name: string; value: string; write(value: string): void; kind?: "text" | "date"; wide?: boolean }) {
  return (
    <Labelled name={name} wide={wide}>
      <span className="field">
        <input type={kind} value={value} onChange={(e) => write(e.target.value)} />
      </span>
    </Labelled>
  );
}

function Labelled({ name, wide = false, children }: { name: string; wide?: boolean; children: ReactNode }) {
  return (
    <label className={`stack gap-1 ${wide ? "wide" : ""}`}>
      <span className="label">{name}</span>
      {children}
    </label>
  );
}

/** Earlier versions, and the ways out. */
function History({ page }: { page: ArticlePage }) {
  const [back, drop, withdraw] = [useRollBack(), useDrop(), useWithdraw()];
  const id = page.article_id;
  const busy = back.isPending || drop.isPending || withdraw.isPending;
  return (
    <details className="history xs" open={page.draft !== null}>
      <summary>{page.versions.length === 1 ? "History: one version" : `History: ${page.versions.length} versions`}</summary>
      <ol>
        {page.versions.map((one) => (
          <li key={one.version} className="row">
            <span className="num">{one.version}</span>
            <span className="t2">
              {shortDay(one.published_at)} {clock(one.published_at)}
            </span>
            <span className="clip grow">{one.title}</span>
            {one.published ? (
              <span className="tag tag-ok">published</span>
            ) : (
              <button type="button" className="btn btn-sm btn-quiet" disabled={busy} onClick={() => back.mutate({ id, version: one.version })}>
                Publish version {one.version} again
              </button>
            )}
          </li>
        ))}
      </ol>
      <div className="row">
        {page.draft && (
          <button type="button" className="btn btn-sm" disabled={busy} onClick={() => drop.mutate(id, { onSuccess: () => (location.hash = roomAt("help")) })}>
            Drop the draft
          </button>
        )}
        {page.version !== null && (
          <button type="button" className="btn btn-sm btn-bad" disabled={busy} onClick={() => withdraw.mutate(id)}>
            Draft its withdrawal
          </button>
        )}
      </div>
      <Why error={back.error ?? drop.error ?? withdraw.error} />
    </details>
  );
}
