import { useCallback, useState } from "react";
import type { Me } from "../console/api/types";
import { useConversation } from "../console/hooks/useConversation";
import { useTheme } from "../shared/theme";
import { Chat, CUSTOMER } from "./Chat";
import { Desk } from "./Desk";
import { Guide } from "./Guide";
import { happened } from "./guide";
import { Shop } from "./Shop";
import { useStartOver } from "./useStartOver";

/** Customer and agent side by side: what is done at the left shows at the right. */
export function Demo({ me }: { me: Me }) {
  const [theme, toggleTheme] = useTheme();
  const [own, setOwn] = useState<string | null>(null);
  const [chosen, setChosen] = useState<string | null>(null);
  const [round, setRound] = useState(0);
  const [explained, setExplained] = useState(false);
  const mine = useConversation(own).data;
  const shown = useConversation(chosen ?? own).data;
  const begun = useCallback((id: string) => {
    setOwn(id);
    setChosen(null);
  }, []);
  const { startOver, pending, refusal } = useStartOver(CUSTOMER, () => {
    setOwn(null);
    setChosen(null);
    setExplained(false);
    setRound((before) => before + 1);
  });
  return (
    <div className="demo">
      <Guide
        conversation={mine}
        happened={happened(mine, explained)}
        startOver={startOver}
        starting={pending}
        refusal={refusal}
        toggleTheme={toggleTheme}
      />
      <Shop>
        <Chat theme={theme} round={round} conversation={begun} />
      </Shop>
      <Desk me={me} conversation={shown} own={own} choose={setChosen} explained={() => setExplained(true)} />
    </div>
  );
}
