import { Component, Suspense, type ReactNode } from "react";
import type { Me } from "../api/types";
import { homeOf, roomNamed } from "../rooms";

interface Props {
  me: Me;
  room: string;
  path: readonly string[];
}

/** A room beside the agent's, loaded when it is opened; one's role says whether it is there. */
export function RoomFrame({ me, room: id, path }: Props) {
  const room = roomNamed(id, me.role);
  if (!room) return <NoRoom me={me} />;
  return (
    <NotLoaded key={id}>
      <Suspense fallback={<main className="room" aria-busy="true" aria-label={`Loading ${room.name}`} />}>
        <room.Page me={me} path={path} />
      </Suspense>
    </NotLoaded>
  );
}

function NoRoom({ me }: { me: Me }) {
  return (
    <main className="room">
      <div className="mid">
        <b>This room is not there for you</b>
        <p className="xs t2">The address is mistyped, or your role, {me.role}, has no part in it. An administrator can change the role.</p>
        <a className="btn btn-sm" href={homeOf(me.role)}>
          Go back
        </a>
      </div>
    </main>
  );
}

/** Says when a room's code did not come: a new version was put up, or the engine is away. */
class NotLoaded extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <main className="room">
        <div className="mid" role="alert">
          <b>This room did not load</b>
          <p className="xs t2">The engine was away, or serves a newer version. Loading the page again brings it.</p>
          <button type="button" className="btn btn-sm" onClick={() => location.reload()}>
            Load the page again
          </button>
        </div>
      </main>
    );
  }
}
