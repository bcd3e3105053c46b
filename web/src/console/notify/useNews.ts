import { useEffect, useRef } from "react";
import type { Me, Row } from "../api/types";
import { talkAt } from "../hooks/route";
import { useLive } from "../hooks/useLive";
import { go } from "../hooks/useRoute";
import { newsOf, type News } from "./news";
import { notifySettings } from "./settings";

/** Makes new matters heard, as far as one wants it; nothing sounds for what one is looking at. */
export function useNews(me: Me, mine: readonly Row[], current: string | null): void {
  const newest = useLive().events[0];
  const told = useRef(newest?.event_id);
  useEffect(() => {
    if (!newest || told.current === newest.event_id) return;
    told.current = newest.event_id;
    const news = newsOf(newest, me, mine);
    const looking = document.visibilityState === "visible" && news?.conversationId === current;
    if (news && !looking) tell(news);
  }, [newest, me, mine, current]);
}

function tell(news: News): void {
  const { sound, browser } = notifySettings();
  if (sound) chime();
  if (!browser || typeof Notification === "undefined" || Notification.permission !== "granted") return;
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
