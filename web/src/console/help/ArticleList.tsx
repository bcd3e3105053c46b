import { useState } from "react";
import { Icon } from "../../shared/icons";
import { Fault } from "../room/Fault";
import { roomAt } from "../rooms";
import { matching, stateName, waits } from "./fields";
import type { ArticleLine } from "./types";

interface Props {
  rows: readonly ArticleLine[];
  error: Error | null;
  again(): void;
  busy: boolean;
  open: string | null;
}

/** Every article with its state; what waits to be published says so. */
export function ArticleList({ rows, error, again, busy, open }: Props) {
  const [asked, ask] = useState("");
  const shown = matching(rows, asked);
  return (
    <section className="list" aria-label="Articles">
      <div className="row finder">
        <label className="field grow">
          <Icon name="search" size="sm" />
          <span className="vh">Find an article</span>
          <input type="search" value={asked} onChange={(e) => ask(e.target.value)} placeholder="Title, domain, owner" />
        </label>
        <a className="btn btn-sm" href={roomAt("help", "new")}>
          New article
        </a>
      </div>
      {error && <Fault what="The articles did not load." error={error} again={again} />}
      {!busy && !error && shown.length === 0 && <p className="xs t3 none">{asked ? "No article has these words." : "No article yet. Write one, or import them: frontdesk knowledge import."}</p>}
      <ul className="items">
        {shown.map((row) => (
          <li key={row.article_id}>
            <a className="item" href={roomAt("help", "article", row.article_id)} {...(row.article_id === open ? { "aria-current": "page" as const } : {})}>
              <Icon name="doc" />
              <span className="who clip">{row.title}</span>
              {row.unhelpful > row.helpful ? <span className="xxs bad num">{row.unhelpful} unhelpful</span> : <span />}
              <span className="snip clip">
                {row.domain ?? "no domain yet"}
                {row.owner && ` · ${row.owner}`}
              </span>
              {row.state !== "published" && (
                <span className="meta">
                  <span className={`tag ${waits(row.state) ? "tag-wait" : ""}`}>{stateName(row.state)}</span>
                </span>
              )}
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
