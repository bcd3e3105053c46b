import { Icon } from "../../shared/icons";
import { clock } from "../../shared/words";
import type { Task } from "../api/workspace";
import { talkAt } from "../hooks/route";
import { KINDS } from "./task";

/** What only a person can settle, wherever it was asked; each leads to its place. */
export function TaskRows({ tasks }: { tasks: readonly Task[] }) {
  return (
    <section aria-label="Only a person can settle">
      <div className="group">
        <h3>Only a person can settle</h3>
        <span className="xxs t3 num">{tasks.length}</span>
      </div>
      <ul>
        {tasks.map((task) => (
          <li key={task.task_id}>
            <a className="item" href={talkAt(task.conversation_id)}>
              <Icon name="warn" />
              <span className="who">
                <b className="clip">{task.customer}</b>
              </span>
              <time className="xxs t3 num" dateTime={task.created_at}>
                {clock(task.created_at)}
              </time>
              <span className="snip clip">
                {task.label} {task.subject}
              </span>
              <span className="meta">
                <span className="tag tag-wait">{KINDS[task.kind]}</span>
              </span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
