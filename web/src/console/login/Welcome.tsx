import { useEffect, useState, type FormEvent } from "react";
import { Icon } from "../../shared/icons";
import { send } from "../api/client";
import type { Me } from "../api/types";
import { textOf } from "../room/form";
import { Labelled } from "../room/Labelled";

interface Whose {
  first_admin: boolean;
  name: string | null;
  email: string | null;
}

const SHORTEST = 10;

/** Where a code leads: a person chooses a password, the first administrator says who that is. */
export function Welcome({ code }: { code: string }) {
  const [whose, setWhose] = useState<Whose | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const failed = (error: unknown): void => setProblem(error instanceof Error ? error.message : String(error));
  useEffect(() => {
    send<Whose>("POST", "/auth/welcome", { code }).then(setWhose, failed);
  }, [code]);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const password = String(form.get("password"));
    const who = whose?.first_admin ? { email: textOf(form, "email"), name: textOf(form, "name") } : {};
    setBusy(true);
    send<{ email: string }>("POST", "/auth/welcome/password", { code, password, ...who })
      .then(({ email }) => send<Me>("POST", "/auth/login", { email, password }))
      .then(() => {
        location.hash = "";
        location.reload();
      })
      .catch((error: unknown) => {
        failed(error);
        setBusy(false);
      });
  };
  return (
    <main className="login">
      <form className="card" onSubmit={submit} aria-labelledby="welcome-title">
        <header className="row">
          <Icon name="bell" className="mark" />
          <h1 id="welcome-title">{whose?.first_admin ? "The first administrator" : whose?.name ? `Welcome, ${whose.name}` : "Frontdesk"}</h1>
        </header>
        {problem && (
          <p className="bad xs" role="alert">
            {problem}
          </p>
        )}
        {whose && (
          <>
            {whose.first_admin ? (
              <>
                <Labelled label="Your name" name="name" autoComplete="name" required autoFocus />
                <Labelled label="Email" name="email" type="email" autoComplete="username" required />
              </>
            ) : (
              <p className="xs t2">
                You sign in as <bdi>{whose.email}</bdi>.
              </p>
            )}
            <Labelled label="Choose a password" name="password" type="password" autoComplete="new-password" minLength={SHORTEST} required hint={`At least ${SHORTEST} characters.`} />
            <button className="btn btn-main" disabled={busy}>
              {busy ? "Signing in…" : "Choose it and sign in"}
            </button>
          </>
        )}
        {problem && !whose && (
          <a className="btn" href="/console">
            Go to the sign-in page
          </a>
        )}
      </form>
    </main>
  );
}
