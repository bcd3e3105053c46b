/** How figures, times and names are written, everywhere the same (docs: the look of Frontdesk, "Words"). */

const MINUS = "−";

export function clock(timestamp: string): string {
  return new Date(timestamp).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}

export function clockSeconds(timestamp: string): string {
  return new Date(timestamp).toLocaleTimeString("en-GB");
}

export function day(timestamp: string): string {
  return new Date(timestamp).toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long" });
}

/** A day where there is little room: `22 Nov 2026`. */
export function shortDay(timestamp: string): string {
  return new Date(timestamp).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" });
}

/** How big a file is: `820 B`, `12 kB`, `1.2 MB`. */
export function fileSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** A span as an agent reads it: `0:18`, `12:40`, `41 min`, `3 h`. */
export function span(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  if (s < 20 * 60) return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
  if (s < 3 * 3600) return `${Math.round(s / 60)} min`;
  return s < 48 * 3600 ? `${Math.round(s / 3600)} h` : `${Math.round(s / 86400)} days`;
}

/** A rough wait in words: `3 min`, `2 h`. */
export function about(seconds: number): string {
  const minutes = Math.max(0, Math.ceil(seconds / 60));
  return minutes < 90 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}

export function money(amount: number, currency: string): string {
  return new Intl.NumberFormat("en-IE", { style: "currency", currency }).format(amount);
}

export function currencySign(currency: string): string {
  const parts = new Intl.NumberFormat("en-IE", { style: "currency", currency }).formatToParts(0);
  return parts.find((p) => p.type === "currency")?.value ?? currency;
}

/** A score from −1 to 1 with its sign: `−0.68`, `+0.31`. */
export function signed(score: number): string {
  const figure = Math.abs(score).toFixed(2);
  if (figure === "0.00") return figure;
  return (score < 0 ? MINUS : "+") + figure;
}

export function milliseconds(ms: number): string {
  return ms >= 10 ? ms.toFixed(0) : ms >= 1 ? ms.toFixed(1) : ms.toFixed(2);
}

export function initials(name: string | null): string {
  const words = (name ?? "").split(/\s+/).filter(Boolean);
  const first = words[0]?.[0] ?? "?";
  return (first + (words.length > 1 ? (words.at(-1)?.[0] ?? "") : "")).toUpperCase();
}

export function firstName(name: string | null): string {
  return name?.split(/\s+/)[0] ?? "the customer";
}

/** `gold` as `Gold`, `asked_for_person` as `Asked for person`. */
export function sentence(word: string): string {
  const text = word.replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
