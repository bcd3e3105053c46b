import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient, type QueryKey } from "@tanstack/react-query";
import { useEffect, useRef, type RefObject } from "react";
import { get, send } from "../api/client";
import type { Page, Row } from "../api/types";
import { keys } from "../hooks/keys";
import { useLive } from "../hooks/useLive";
import type { Board, Period } from "./types";

const FRESH_MS = 1500;
/** At most one part in so many of the time is spent on answering this board. */
const SHARE = 5;
const AGAIN_MS = 15_000;
const key = ["board"];

/** The whole board in one answer; asked again soon after something happened, never more than once in a while. */
export function useBoard(period: Period) {
  const took = useRef(0);
  useFresh(key, took);
  return useQuery({
    queryKey: [...key, period],
    queryFn: async ({ signal }) => {
      const asked = Date.now();
      const board = await get<Board>(`/board?period=${period}&zone=${zone()}`, signal);
      took.current = Date.now() - asked;
      return board;
    },
    placeholderData: keepPreviousData,
    refetchInterval: AGAIN_MS,
  });
}

/** The conversations behind a figure, page by page. */
export function useBehind(figure: string, period: Period, value: string) {
  useFresh(["behind"], useRef(0));
  const asked = new URLSearchParams({ figure, value, period, zone: zone(), limit: "50" });
  return useInfiniteQuery({
    queryKey: ["behind", figure, period, value],
    queryFn: ({ signal, pageParam }) => get<Page<Row>>(`/board/conversations?${asked}${pageParam && `&cursor=${encodeURIComponent(pageParam)}`}`, signal),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? null,
  });
}

/** Puts an event that was set aside at the end of its conversation again. */
export function useReplay() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => send<null>("POST", `/board/dead-letters/${name}/replay`),
    onSettled: () => client.invalidateQueries({ queryKey: key }),
  });
}

export interface VipMark {
  customer: string;
  vip: boolean;
}

/** Whether a customer is marked as important. */
export function useVipMark(customer: string) {
  return useQuery({ queryKey: ["vip", customer], queryFn: ({ signal }) => get<{ vip: boolean; tier: string }>(`/customers/${customer}/vip`, signal) });
}

/** Marks a customer as important, or takes the mark away. */
export function useVip(conversation: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ customer, vip }: VipMark) => send<{ vip: boolean; tier: string }>("POST", `/customers/${customer}/vip`, { vip }),
    onSuccess: (marked, { customer }) => client.setQueryData(["vip", customer], marked),
    onSettled: () => Promise.all([["vip"], keys.conversation(conversation), keys.rows].map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
}

/** Asks again after live events: once a burst, and the slower the engine answers, the more seldom. */
function useFresh(queryKey: QueryKey, took: RefObject<number>): void {
  const client = useQueryClient();
  const newest = useLive().events[0]?.event_id;
  const last = useRef(0);
  const timer = useRef(0);
  const name = queryKey.join();
  useEffect(() => {
    if (newest === undefined || timer.current) return;
    timer.current = window.setTimeout(
      () => {
        timer.current = 0;
        last.current = Date.now();
        void client.invalidateQueries({ queryKey: name.split(",") });
      },
      Math.max(0, last.current + Math.max(FRESH_MS, SHARE * took.current) - Date.now()),
    );
  }, [newest, client, name, took]);
  useEffect(() => () => clearTimeout(timer.current), []);
}

function zone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}
