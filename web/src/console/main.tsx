import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "../shared/ui.css";
import { applyTheme } from "../shared/theme";
import { Console } from "./Console";
import "./console.css";
import { Login } from "./login/Login";
import { Session } from "./Session";

applyTheme();
const root = document.getElementById("root");
if (root)
  createRoot(root).render(
    <StrictMode>
      <Session signedOut={<Login />}>{(me) => <Console me={me} />}</Session>
    </StrictMode>,
  );
