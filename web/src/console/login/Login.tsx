import { useState, type FormEvent } from "react";
import { Icon } from "../../shared/icons";
import { useDemo, useLogin } from "../hooks/useMe";

/** The way in: email and password, or in the demo one button. */
export function Login() {
  const login = useLogin();
  const demo = useDemo();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    login.mutate({ email, password });
  };
  return (
    <main className="login">
      <form className="card" onSubmit={submit} aria-labelledby="login-title">
        <header className="row">
          <Icon name="bell" className="mark" />
          <h1 id="login-title">Frontdesk</h1>
        </header>
        <label className="stack gap-1">
          <span className="label">Email</span>
          <span className="field">
            <input type="email" autoComplete="username" required autoFocus value={email} onChange={(e) => setEmail(e.target.value)} />
          </span>
        </label>
        <label className="stack gap-1">
          <span className="label">Password</span>
          <span className="field">
            <input type="password" autoComplete="current-password" required value={password} onChange={(e) => setPassword(e.target.value)} />
          </span>
        </label>
        {login.error && (
          <p className="bad xs" role="alert">
            {login.error.message}
          </p>
        )}
        <button className="btn btn-main" disabled={login.isPending}>
          {login.isPending ? "Signing in…" : "Sign in"}
        </button>
        {demo && (
          <>
            <p className="xs t3 or">In this demo no password is needed:</p>
            <button className="btn" type="button" disabled={login.isPending} onClick={() => login.mutate(null)}>
              Sign in as Runa
            </button>
          </>
        )}
      </form>
    </main>
  );
}
