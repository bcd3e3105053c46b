import { useState } from "react";
import { Icon } from "../../shared/icons";
import type { Passage } from "../api/workspace";
import { usePassages } from "../hooks/useWorkspace";

interface Props {
  language: string | null;
  /** Missing where nothing can be written now: then one only reads. */
  insert?: ((passage: Passage) => void) | undefined;
}

/** Searches the published articles; a passage is put into the reply with its source. */
export function Quote({ language, insert }: Props) {
  const [words, setWords] = useState("");
  const found = usePassages(words, language);
  return (
    <div className="quote stack gap-2">
      <label className="field">
        <Icon name="search" size="sm" />
        <span className="vh">Search the articles</span>
        <input placeholder="Words of the question" value={words} onChange={(e) => setWords(e.target.value)} />
      </label>
      {found.error && (
        <p className="xs bad" role="alert">
          The articles did not load. {found.error.message}
        </p>
      )}
      {found.data?.length === 0 && <p className="xs t3">No article has these words.</p>}
      <ul className="stack gap-2">
        {found.data?.map((passage) => (
          <li key={passage.url + passage.text.slice(0, 40)} className="xs">
            <div className="row row-1">
              <Icon name="doc" size="sm" />
              <a className="clip" href={passage.url} target="_blank" rel="noopener">
                {passage.title}
                {passage.heading && `, § ${passage.heading}`}
              </a>
              {insert && (
                <button type="button" className="btn btn-sm push" onClick={() => insert(passage)}>
                  Insert and cite
                </button>
              )}
            </div>
            <p className="t2 passage">{passage.text}</p>
          </li>
        ))}
      </ul>
    </div>
  );
}
