import { useEffect, useRef, useState } from "react";
import type { Me, Row } from "../api/types";
import { talkAt } from "../hooks/route";
import { useLive } from "../hooks/useLive";
import { go } from "../hooks/useRoute";
import { newsOf, since, type News } from "./news";
import { notifySettings } from "./settings";

/** Makes new matters heard, as far as one wants it; nothing sounds for what one is looking at. */
export function useNews(me: Me, mine: readonly Row[], current: string | null): void {
  const { events } = useLive();
  const told = useRef(events[0]?.event_id);
  const [openedAt] = useState(Date.now);
  useEffect(() => {
    const fresh = since(events, told.current, openedAt);
    told.current = events[0]?.event_id;
    // What comes in one bundle is told once for each conversation, and sounds once.
    const news = new Map(fresh.flatMap((event) => {
      const one = newsOf(event, me, mine);
      const looking = document.visibilityState === "visible" && one?.conversationId === current;
      return one && !looking ? [[one.conversationId, one] as const] : [];
    }));
    if (news.size) tell([...news.values()]);
  }, [events, me, mine, current, openedAt]);
}

function tell(news: readonly News[]): void {
  const { sound, browser } = notifySettings();
  if (sound) chime();
  if (!browser || typeof Notification === "undefined" || Notification.permission !== "granted") return;
  news.forEach(show);
}

function show(news: News): void {
  const shown = new Notification(news.title, { body: news.about, tag: news.conversationId ?? "frontdesk" });
  shown.onclick = () => {
    window.focus();
    if (news.conversationId) go(talkAt(news.conversationId));
  };
}

let audio: AudioContext | null = null;

/** Two soft tones, made here: there is nothing to download. */
export function chime(): void {
  audio ??= new AudioContext();
  const now = audio.currentTime;
  for (const [i, pitch] of [660, 880].entries()) {
    const tone = audio.createOscillator();
    const gain = audio.createGain();
    tone.frequency.value = pitch;
    gain.gain.setValueAtTime(0.0001, now + i * 0.12);
    gain.gain.exponentialRampToValueAtTime(0.08, now + i * 0.12 + 0.02);
    gain.gain.exponentialRampToValueAtTime(0.0001, now + i * 0.12 + 0.3);
    tone.connect(gain).connect(audio.destination);
    tone.start(now + i * 0.12);
    tone.stop(now + i * 0.12 + 0.35);
  }
}
