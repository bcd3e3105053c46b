import { useState } from "react";
import type { Fields, Preview } from "./types";
import { usePreview } from "./useHelp";

/** The article as readers see it, or the sentences that an answer may quote of it. */
export function PreviewPane({ fields }: { fields: Fields }) {
  const preview = usePreview(fields);
  const [quoted, show] = useState(false);
  return (
    <section className="preview" aria-label="Preview">
      <header className="row">
        <h2>Preview</h2>
        <span className="seg push" role="group" aria-label="What is shown">
          <button type="button" aria-pressed={!quoted} onClick={() => show(false)}>
            Page
          </button>
          <button type="button" aria-pressed={quoted} onClick={() => show(true)}>
            Quotes
          </button>
        </span>
      </header>
      {preview.error && (
        <p className="bad xs" role="alert">
          {preview.error.message}
        </p>
      )}
      {!preview.data && !preview.error && <p className="xs t3">What readers will see stands here as soon as there is a title, an owner and a text.</p>}
      {preview.data?.problem && (
        <p className="bad xs" role="status">
          {preview.data.problem}
        </p>
      )}
      {preview.data && (quoted ? <Quotes preview={preview.data} /> : <Page html={preview.data.html} />)}
    </section>
  );
}

/** The server writes this HTML from our own tags alone; whatever an author types comes as text. */
function Page({ html }: { html: string }) {
  return <div className="page" dangerouslySetInnerHTML={{ __html: html }} />;
}

function Quotes({ preview }: { preview: Preview }) {
  return (
    <ol className="quotes">
      {preview.passages.map((one, number) => (
        <li key={number}>
          <h3>
            {one.heading} <span className="mono">#{one.anchor}</span>
          </h3>
          {one.sentences.map((sentence) => (
            <p key={sentence} className="xs">
              {sentence}
            </p>
          ))}
        </li>
      ))}
    </ol>
  );
}
