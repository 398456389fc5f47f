// The address bar is the state: pages read it, links and boxes change it, Back works.
import { useSyncExternalStore, type AnchorHTMLAttributes, type MouseEvent } from "react";
import { withQuery, type Query } from "./urls";

const CHANGED = "alluxio:navigated";

function subscribe(notify: () => void): () => void {
  window.addEventListener("popstate", notify);
  window.addEventListener(CHANGED, notify);
  return () => {
    window.removeEventListener("popstate", notify);
    window.removeEventListener(CHANGED, notify);
  };
}

export interface Route {
  page: string;
  query: URLSearchParams;
}

export function useRoute(): Route {
  const url = useSyncExternalStore(subscribe, () => location.pathname + location.search);
  const [path, search] = url.split(/\?(.*)/s);
  return { page: path?.replace(/^\/+|\/+$/g, "") ?? "", query: new URLSearchParams(search ?? "") };
}

export function navigate(url: string, how: "push" | "replace" = "push"): void {
  if (how === "push") history.pushState(null, "", url);
  else history.replaceState(null, "", url);
  window.dispatchEvent(new Event(CHANGED));
  if (how === "push") window.scrollTo(0, 0);
}

/** This page with some of its query changed; undefined and "" take a key away. */
export function here(change: Query): string {
  const query: Query = Object.fromEntries(new URLSearchParams(location.search));
  return withQuery(location.pathname, { ...query, ...change });
}

type LinkProps = AnchorHTMLAttributes<HTMLAnchorElement> & { to: string };

/** A link within the application; a new tab and a copied address work as for any other. */
export function Link({ to, onClick, ...rest }: LinkProps) {
  function follow(event: MouseEvent<HTMLAnchorElement>) {
    onClick?.(event);
    const elsewhere = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
    if (event.defaultPrevented || event.button !== 0 || elsewhere) return;
    event.preventDefault();
    navigate(to);
  }
  return <a href={to} onClick={follow} {...rest} />;
}
