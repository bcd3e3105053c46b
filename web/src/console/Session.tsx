import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { NoConnection, Refusal } from "./api/client";
import type { Me } from "./api/types";
import { keys } from "./hooks/keys";
import { useMe } from "./hooks/useMe";
import { LiveProvider } from "./hooks/useLive";

function makeClient(): QueryClient {
  const retry = (count: number, error: Error): boolean => error instanceof NoConnection && count < 2;
  // A login that ran out shows at whatever is asked next; asking who is signed in leads to the form.
  const onError = (error: Error): void => {
    if (error instanceof Refusal && error.status === 401) void client.invalidateQueries({ queryKey: keys.me });
  };
  const client = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: { queries: { retry, staleTime: 5_000 } },
  });
  return client;
}

interface Props {
  signedOut: ReactNode;
  children: (me: Me) => ReactNode;
}

/** Asks who is signed in, and opens the live line only for them. */
export function Session(props: Props) {
  const [client] = useState(makeClient);
  return (
    <QueryClientProvider client={client}>
      <Gate {...props} />
    </QueryClientProvider>
  );
}

function Gate({ signedOut, children }: Props) {
  const me = useMe();
  if (me.data) return <LiveProvider me={me.data}>{children(me.data)}</LiveProvider>;
  if (me.data === null) return signedOut;
  if (!me.error) return <main className="login" aria-busy="true" aria-label="Loading" />;
  return (
    <main className="login">
      <div className="card stack gap-3" role="alert">
        <h1>The console did not load</h1>
        <p>{me.error.message}</p>
        <button type="button" className="btn" onClick={() => void me.refetch()}>
          Load again
        </button>
      </div>
    </main>
  );
}
