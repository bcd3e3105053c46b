import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "../shared/ui.css";
import "../console/console.css";
import { Session } from "../console/Session";
import { followLanguage } from "../shared/direction";
import { applyTheme } from "../shared/theme";
import { Demo } from "./Demo";
import "./demo.css";
import { SignIn } from "./SignIn";

applyTheme();
followLanguage();
const root = document.getElementById("root");
if (root)
  createRoot(root).render(
    <StrictMode>
      <Session signedOut={<SignIn />}>{(me) => <Demo me={me} />}</Session>
    </StrictMode>,
  );
