import { useState } from "react";
import { useNotify } from "./settings";
import { chime } from "./useNews";

/** Sound and browser notifications; the browser is asked only when one switches them on. */
export function NotifySwitches() {
  const [notify, set] = useNotify();
  const [refused, setRefused] = useState(false);
  const sound = (on: boolean): void => {
    set({ sound: on });
    if (on) chime();
  };
  const browser = async (on: boolean): Promise<void> => {
    const may = !on || (typeof Notification !== "undefined" && (await Notification.requestPermission()) === "granted");
    setRefused(!may);
    set({ browser: on && may });
  };
  return (
    <fieldset className="notify xs">
      <legend className="label">When something is for me</legend>
      <label className="row row-1">
        <input type="checkbox" checked={notify.sound} onChange={(e) => sound(e.target.checked)} /> Sound
      </label>
      <label className="row row-1">
        <input type="checkbox" checked={notify.browser} onChange={(e) => void browser(e.target.checked)} /> Browser notification
      </label>
      {refused && <p className="t3">The browser refuses them for this site; its settings can allow them.</p>}
    </fieldset>
  );
}
