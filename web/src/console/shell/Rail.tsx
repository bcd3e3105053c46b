import { Icon } from "../../shared/icons";
import { useTheme } from "../../shared/theme";
import { initials } from "../../shared/words";
import type { Me } from "../api/types";
import { useLogout, useMyStatus } from "../hooks/useMe";
import type { Filter } from "../hooks/useRows";

interface Props {
  me: Me;
  filter: Filter;
  waiting: number;
  approvals: number;
  choose(filter: Filter): void;
}

/** The rooms that exist, the theme, and oneself. */
export function Rail({ me, filter, waiting, approvals, choose }: Props) {
  const [, toggleTheme] = useTheme();
  const current = (on: boolean): { "aria-current"?: "page" } => (on ? { "aria-current": "page" } : {});
  return (
    <nav className="rail" aria-label="Rooms">
      <Icon name="bell" className="mark" label="Frontdesk" />
      <button type="button" {...current(filter !== "approvals")} onClick={() => choose("waiting")}>
        <Icon name="inbox" size="lg" />
        Queue
        <Count n={waiting} />
      </button>
      <button type="button" {...current(filter === "approvals")} onClick={() => choose("approvals")}>
        <Icon name="stamp" size="lg" />
        Approvals
        <Count n={approvals} />
      </button>
      <span className="grow" />
      <button type="button" onClick={toggleTheme}>
        <Icon name="theme" size="lg" />
        Theme
      </button>
      <Self me={me} />
    </nav>
  );
}

function Count({ n }: { n: number }) {
  if (!n) return null;
  return (
    <span className="n">
      {n}
      <span className="vh"> waiting</span>
    </span>
  );
}

/** Oneself: how many conversations one has, whether one takes more, and the way out. */
function Self({ me }: { me: Me }) {
  const status = useMyStatus(me);
  const logout = useLogout();
  const next = me.status === "online" ? "away" : "online";
  return (
    <details className="self">
      <summary aria-label={`${me.name}, ${me.status}, ${me.load} of ${me.max_load} conversations`}>
        <span className={`av self-${me.status}`}>{initials(me.name)}</span>
        <span className="num">
          {me.load} of {me.max_load}
        </span>
      </summary>
      <div className="card self-menu">
        <b>{me.name}</b>
        <span className="xs t3">
          {me.role}, {me.status}
        </span>
        <button type="button" className="btn btn-sm" onClick={() => status.mutate(next)}>
          {next === "away" ? "Take no more for now" : "Take conversations"}
        </button>
        <button type="button" className="btn btn-sm" onClick={() => logout.mutate()}>
          Sign out
        </button>
      </div>
    </details>
  );
}
