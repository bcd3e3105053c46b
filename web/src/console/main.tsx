import { lazy, StrictMode, Suspense } from "react";
import { createRoot } from "react-dom/client";
import "../shared/ui.css";
import "./console.css";
import { followLanguage } from "../shared/direction";
import { applyTheme } from "../shared/theme";
import { Console } from "./Console";
import { Login } from "./login/Login";
import { Session } from "./Session";

/** Where a code for choosing a password leads; nobody is asked to sign in there. */
const Welcome = lazy(() => import("./login/Welcome").then((module) => ({ default: module.Welcome })));
const code = /^#\/welcome\/([\w-]+)$/.exec(location.hash)?.[1];

applyTheme();
followLanguage();
const root = document.getElementById("root");
if (root)
  createRoot(root).render(
    <StrictMode>
      {code ? (
        <Suspense>
          <Welcome code={code} />
        </Suspense>
      ) : (
        <Session signedOut={<Login />}>{(me) => <Console me={me} />}</Session>
      )}
    </StrictMode>,
  );
