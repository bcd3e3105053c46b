import { useEffect, useState } from "react";
import type { Me } from "./api/types";
import { Desk } from "./desk/Desk";
import { useLive } from "./hooks/useLive";
import { useRoomKeys } from "./hooks/useRoomKeys";
import { go, useRoute } from "./hooks/useRoute";
import { useRows, type Filter } from "./hooks/useRows";
import { homeOf, roomAt, roomsOf, worksAtDesk } from "./rooms";
import { Help } from "./shell/Help";
import { LineStrip } from "./shell/LineStrip";
import { Rail } from "./shell/Rail";
import { RoomFrame } from "./shell/RoomFrame";

/** The frame of every room: the rail, the state of the line, the help; inside, the room that the address names. */
export function Console({ me }: { me: Me }) {
  const route = useRoute();
  const { line } = useLive();
  const [filter, setFilter] = useState<Filter>("waiting");
  const [help, setHelp] = useState(false);
  const counts = useCounts(worksAtDesk(me.role));
  const inRoom = route.kind === "room";
  const choose = (next: Filter): void => {
    setFilter(next);
    if (inRoom) go("#/");
  };
  useHome(me);
  useRoomKeys(placesOf(me, choose));

  return (
    <div className={`app at-${route.kind}`}>
      <Rail me={me} at={inRoom ? { room: route.room } : { filter }} choose={choose} {...counts} />
      <div className="rooms">
        <LineStrip line={line} />
        {inRoom ? (
          <RoomFrame me={me} room={route.room} path={route.path} />
        ) : (
          <Desk me={me} route={route} filter={filter} choose={setFilter} offline={line.kind === "offline"} help={() => setHelp(true)} />
        )}
      </div>
      <Help me={me} open={help} close={() => setHelp(false)} />
    </div>
  );
}

/** What the rail counts. */
function useCounts(enabled: boolean): { waiting: number; approvals: number } {
  const waiting = useRows("waiting", enabled).total;
  const approvals = useRows("approvals", enabled).total;
  return { waiting, approvals };
}

/** Who has no part in the queue begins in the first room of their own. */
function useHome(me: Me): void {
  const home = homeOf(me.role);
  useEffect(() => {
    if (location.hash.replace(/^#\/?/, "") === "" && home !== "#/") location.replace(home);
  }, [home]);
}

/** Where `g` and a letter lead. */
function placesOf(me: Me, choose: (filter: Filter) => void): Record<string, () => void> {
  const rooms = roomsOf(me.role).map((room) => [room.key, () => go(roomAt(room.id))] as const);
  if (!worksAtDesk(me.role)) return Object.fromEntries(rooms);
  const open = (filter: Filter) => () => {
    choose(filter);
    go("#/");
  };
  return { ...Object.fromEntries(rooms), q: open("waiting"), a: open("approvals") };
}
