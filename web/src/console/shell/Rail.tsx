import { Icon, type IconName } from "../../shared/icons";
import { useTheme } from "../../shared/theme";
import { initials } from "../../shared/words";
import type { Me } from "../api/types";
import { useLogout, useMyStatus } from "../hooks/useMe";
import type { Filter } from "../hooks/useRows";
import { NotifySwitches } from "../notify/NotifySwitches";
import { roomAt, roomsOf, worksAtDesk } from "../rooms";

interface Props {
  me: Me;
  /** The list that is open, or the id of another room. */
  at: { filter: Filter } | { room: string };
  waiting: number;
  approvals: number;
  choose(filter: Filter): void;
}

/** The rooms that one's role has, the theme, and oneself. */
export function Rail({ me, at, waiting, approvals, choose }: Props) {
  const [, toggleTheme] = useTheme();
  const filter = "filter" in at ? at.filter : null;
  return (
    <nav className="rail" aria-label="Rooms">
      <Icon name="bell" className="mark" label="Frontdesk" />
      {worksAtDesk(me.role) && (
        <>
          <ListButton name="Queue" icon="inbox" n={waiting} on={filter !== null && filter !== "approvals"} open={() => choose("waiting")} />
          <ListButton name="Approvals" icon="stamp" n={approvals} on={filter === "approvals"} open={() => choose("approvals")} />
        </>
      )}
      {roomsOf(me.role).map((room) => (
        <a key={room.id} href={roomAt(room.id)} title={`${room.name} (g ${room.key})`} {...current("room" in at && at.room === room.id)}>
          <Icon name={room.icon} size="lg" />
          {room.name}
        </a>
      ))}
      <span className="grow" />
      <button type="button" onClick={toggleTheme}>
        <Icon name="theme" size="lg" />
        Theme
      </button>
      <Self me={me} />
    </nav>
  );
}

function current(on: boolean): { "aria-current"?: "page" } {
  return on ? { "aria-current": "page" } : {};
}

interface ListButtonProps {
  name: string;
  icon: IconName;
  n: number;
  on: boolean;
  open(): void;
}

function ListButton({ name, icon, n, on, open }: ListButtonProps) {
  return (
    <button type="button" {...current(on)} onClick={open}>
      <Icon name={icon} size="lg" />
      {name}
      <Count n={n} />
    </button>
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
      <summary>
        <span className={`av self-${me.status}`} aria-hidden>
          {initials(me.name)}
        </span>
        <span className="vh">
          {me.name}, {me.status},{" "}
        </span>
        <span className="num">
          {me.load} of {me.max_load}
        </span>
        <span className="vh"> conversations</span>
      </summary>
      <div className="card self-menu">
        <b>{me.name}</b>
        <span className="xs t3">
          {me.role}, {me.status}
        </span>
        <button type="button" className="btn btn-sm" onClick={() => status.mutate(next)}>
          {next === "away" ? "Take no more for now" : "Take conversations"}
        </button>
        <NotifySwitches />
        <button type="button" className="btn btn-sm" onClick={() => logout.mutate()}>
          Sign out
        </button>
      </div>
    </details>
  );
}
