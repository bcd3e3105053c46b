import { useEffect } from "react";
import { useLogin } from "../console/hooks/useMe";

/** Signs the demo's agent in by itself; says why when that is not allowed here. */
export function SignIn() {
  const { mutate, error } = useLogin();
  useEffect(() => mutate(null), [mutate]);
  if (!error) return <main className="login" aria-busy="true" aria-label="Loading" />;
  return (
    <main className="login">
      <div className="card" role="alert">
        <h1>The demo is not open here</h1>
        <p>{error.message}</p>
        <a className="btn" href="/console">
          Sign in to the console
        </a>
      </div>
    </main>
  );
}
