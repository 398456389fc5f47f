// What surrounds every page: menu, title, who we talk to, and the banner of a standby.
import { useEffect, useRef, useState, type ReactNode } from "react";
import { useInit } from "../lib/context";
import { useShortcuts } from "../lib/shortcuts";
import { toggleTheme, useTheme } from "../lib/theme";
import { Link } from "../lib/router";
import { addressUrl } from "../lib/urls";
import { pagesOf, type Page } from "../routes";
import { Help } from "./help";
import { Icon } from "./icon";

function Standby() {
  const { role, primaryAddress } = useInit();
  if (role !== "STANDBY") return null;
  const url = addressUrl(primaryAddress, location.pathname + location.search);
  return (
    <div className="banner info" role="status">
      <strong>This master is a standby.</strong> It follows the journal and serves no clients.{" "}
      {url ? (
        <>
          The primary is <a href={url}>{primaryAddress}</a>.
        </>
      ) : (
        "No primary is known at the moment; one may be being elected."
      )}
    </div>
  );
}

function Menu({ page, close }: { page: Page | undefined; close: () => void }) {
  const init = useInit();
  return (
    <ul>
      {pagesOf(init.process).map((item) => (
        <li key={item.path}>
          <Link
            to={`/${item.path}`}
            aria-current={item === page ? "page" : undefined}
            onClick={close}
          >
            <Icon name={item.icon} />
            {item.title}
          </Link>
        </li>
      ))}
    </ul>
  );
}

function ThemeButton() {
  const theme = useTheme();
  const label = theme === "dark" ? "Light colours" : "Dark colours";
  return (
    <button type="button" className="plain" aria-label={label} title={label} onClick={toggleTheme}>
      <Icon name={theme === "dark" ? "sun" : "moon"} />
    </button>
  );
}

export function Layout({ page, children }: { page: Page | undefined; children: ReactNode }) {
  const init = useInit();
  const [open, setOpen] = useState(false);
  const [help, setHelp] = useState(false);
  const title = useRef<HTMLHeadingElement>(null);
  const first = useRef(true);
  useShortcuts(() => setHelp(true));

  const name = page?.title ?? "Not found";
  const host = init.hostname ?? location.hostname;
  useEffect(() => {
    document.title = `${name} · ${init.process} ${host} · Alluxio`;
  }, [name, host, init.process]);
  useEffect(() => {
    // A new page is announced and Tab goes on from its title; not so when the first one loads.
    if (!first.current) title.current?.focus({ preventScroll: true });
    first.current = false;
  }, [name]);

  return (
    <>
      <a className="skip" href="#main">
        Skip to content
      </a>
      <div className="frame">
        <header className="top">
          <button
            type="button"
            className="plain menu-button"
            aria-expanded={open}
            aria-controls="menu"
            aria-label="Menu"
            onClick={() => setOpen(!open)}
          >
            <Icon name="menu" />
          </button>
          <Link to="/overview" className="brand">
            <img src="/favicon.svg" alt="" width="28" height="28" />
            Alluxio
          </Link>
          <span className="who">
            {init.process} <strong>{host}</strong>
            {init.role && <span className="role">{init.role.toLowerCase()}</span>}
          </span>
          <button
            type="button"
            className="plain"
            aria-label="Keys"
            title="Keys (?)"
            onClick={() => setHelp(true)}
          >
            <Icon name="help" />
          </button>
          <ThemeButton />
        </header>
        <nav id="menu" className={open ? "menu open" : "menu"} aria-label="Pages">
          <Menu page={page} close={() => setOpen(false)} />
          <p className="version">{init.version && `Version ${init.version}`}</p>
        </nav>
        <main id="main" tabIndex={-1}>
          <h1 ref={title} tabIndex={-1}>
            {name}
          </h1>
          <Standby />
          {children}
        </main>
      </div>
      {help && <Help close={() => setHelp(false)} />}
    </>
  );
}
