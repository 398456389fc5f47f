// Light or dark: what the system says, unless somebody chose otherwise in this browser.
import { useSyncExternalStore } from "react";

export type Theme = "system" | "light" | "dark";
const KEY = "alluxio.theme";
const CHANGED = "alluxio:theme";
const system = window.matchMedia("(prefers-color-scheme: dark)");

export function chosenTheme(): Theme {
  try {
    const kept = localStorage.getItem(KEY);
    return kept === "light" || kept === "dark" ? kept : "system";
  } catch {
    // Storage is forbidden in this browser; the choice then lasts as long as the page.
    return "system";
  }
}

export function shownTheme(): "light" | "dark" {
  const shown = document.documentElement.dataset["theme"];
  if (shown === "light" || shown === "dark") return shown;
  return system.matches ? "dark" : "light";
}

export function applyTheme(theme: Theme = chosenTheme()): void {
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
  window.dispatchEvent(new Event(CHANGED));
}

export function toggleTheme(): void {
  const next = shownTheme() === "dark" ? "light" : "dark";
  try {
    // Choosing what the system says anyway means to follow it again.
    if ((next === "dark") === system.matches) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, next);
  } catch {
    // See chosenTheme.
  }
  applyTheme((next === "dark") === system.matches ? "system" : next);
}

function subscribe(notify: () => void): () => void {
  system.addEventListener("change", notify);
  window.addEventListener(CHANGED, notify);
  return () => {
    system.removeEventListener("change", notify);
    window.removeEventListener(CHANGED, notify);
  };
}

export function useTheme(): "light" | "dark" {
  return useSyncExternalStore(subscribe, shownTheme);
}
