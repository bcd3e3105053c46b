import { useMutation, useQueryClient } from "@tanstack/react-query";
import { send } from "../console/api/client";
import { keys } from "../console/hooks/keys";

/** Puts the shop back to its first day for a customer, then begins anew; says why when the shop was not put back. */
export function useStartOver(customer: string, begin: () => void) {
  const client = useQueryClient();
  const reset = useMutation({
    mutationFn: () => send<null>("POST", "/demo/start-over", { customer_id: customer }),
    onSettled: () => {
      begin();
      return client.invalidateQueries({ queryKey: keys.rows });
    },
  });
  return { startOver: () => reset.mutate(), pending: reset.isPending, refusal: reset.error?.message ?? null };
}
