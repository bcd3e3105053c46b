import { RoomTabs } from "../room/RoomTabs";
import "../room/room.css";
import { roomAt, type RoomProps } from "../rooms";
import { ArticleList } from "./ArticleList";
import { Editor } from "./Editor";
import { Gaps } from "./Gaps";
import "./help.css";
import { Releases } from "./Releases";
import { ReviewPage } from "./ReviewPage";
import { useArticle, useArticles } from "./useHelp";
import { Waiting } from "./Waiting";

const PARTS = [
  [roomAt("help"), "Articles"],
  [roomAt("help", "waiting"), "Waiting"],
  [roomAt("help", "releases"), "Releases"],
  [roomAt("help", "gaps"), "Gaps"],
  [roomAt("help", "review"), "Review"],
] as const;

/** The authors' room: articles drafted, previewed, published together and taken back; what is asked in vain. */
export default function HelpRoom({ path }: RoomProps) {
  const [part, id] = path;
  const own = part === "waiting" || part === "releases" || part === "gaps" || part === "review" ? part : null;
  return (
    <main className="room authors" aria-label="Help centre">
      <header className="bar">
        <h1>Help centre</h1>
        <RoomTabs name="Parts of the room" parts={PARTS} at={own ? roomAt("help", own) : roomAt("help")} />
      </header>
      {own === "waiting" && <Waiting />}
      {own === "releases" && <Releases />}
      {own === "gaps" && <Gaps />}
      {own === "review" && <ReviewPage />}
      {!own && <Articles open={part === "new" ? null : part === "article" ? id : undefined} />}
    </main>
  );
}

/** The list beside the article that is open; null opens a new one. */
function Articles({ open }: { open: string | null | undefined }) {
  const articles = useArticles();
  const article = useArticle(open ?? undefined);
  const rows = articles.data?.items ?? [];
  return (
    <div className={`authoring ${open === undefined ? "" : "has-one"}`}>
      <ArticleList rows={rows} error={articles.error} again={() => void articles.refetch()} busy={articles.isPending} open={open ?? null} />
      {open === undefined && (
        <section className="mid" aria-label="Article">
          <b>Open an article</b>
          <p className="xs t2">Its text, its preview, its history and what readers think of it stand here.</p>
        </section>
      )}
      {open === null && <Editor key="new" page={undefined} taken={rows.map((row) => row.article_id)} />}
      {open && article.error && (
        <p className="say say-b" role="alert">
          This article did not load. {article.error.message}
        </p>
      )}
      {open && article.data && <Editor key={open} page={article.data} taken={[]} />}
    </div>
  );
}
